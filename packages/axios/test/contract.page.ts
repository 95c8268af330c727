import { serveContract } from '@tabkeeper/testing/remote'
import { createAxiosClients } from './axios-client.ts'

const streamOf = (bytes: Uint8Array) => new Blob([bytes.slice()]).stream()

serveContract({
  xhr: createAxiosClients({ adapter: 'xhr' }, streamOf),
  fetch: createAxiosClients({ adapter: 'fetch' }, streamOf),
})
