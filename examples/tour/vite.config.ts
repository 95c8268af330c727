import { barApp } from '../house/vite-app.ts'

export default barApp('/')
