import { describeAutoRefresh } from '@tabkeeper/testing'
import { createFetchClient } from './fetch-client.ts'

describeAutoRefresh('fetch', createFetchClient)
