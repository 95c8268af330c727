import '@tabkeeper-examples/house/look.css'
import './customer.css'
import { createApp } from 'vue'
import App from './app.vue'

createApp(App).mount('#app')
