// @vitest-environment jsdom
import { describeAutoRefresh } from '@tabkeeper/testing'
import { createAxiosClients } from './axios-client.ts'

const none = () => null
describeAutoRefresh('axios over XMLHttpRequest', createAxiosClients({ adapter: 'xhr' }, none), {
  streams: false,
})
