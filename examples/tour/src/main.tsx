import '@tabkeeper-examples/house/look.css'
import './tour.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Tour } from './tour.tsx'

const root = document.getElementById('app')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Tour />
    </StrictMode>,
  )
}
