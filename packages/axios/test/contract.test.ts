import { Readable } from 'node:stream'
import { describeAutoRefresh } from '@tabkeeper/testing'
import { createAxiosClients, nodeAdapters } from './axios-client.ts'

const streamOf = (bytes: Uint8Array) => Readable.from([bytes])

for (const adapter of nodeAdapters)
  describeAutoRefresh(`axios over ${adapter}`, createAxiosClients({ adapter }, streamOf), {
    seesRedirects: adapter !== 'fetch',
  })
