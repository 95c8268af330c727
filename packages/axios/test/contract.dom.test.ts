// @vitest-environment jsdom
import { describeAutoRefresh } from '@tabkeeper/testing'
import { createAxiosClients } from './axios-client.ts'

describeAutoRefresh('axios over XMLHttpRequest', createAxiosClients({ adapter: 'xhr' }), {
  streams: false,
})
