import { describeAutoRefresh } from '@tabkeeper/testing'
import { createAxiosClients } from './axios-client.ts'

describeAutoRefresh('axios over node:http', createAxiosClients({ adapter: 'http' }))
describeAutoRefresh('axios over fetch', createAxiosClients({ adapter: 'fetch' }), {
  seesRedirects: false,
})
