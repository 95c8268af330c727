import vue from '@vitejs/plugin-vue'
import { barApp } from '../house/vite-app.ts'

export default barApp('/customer/', [vue()])
