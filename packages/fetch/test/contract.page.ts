import { serveContract } from '@tabkeeper/testing/remote'
import { createFetchClient } from './fetch-client.ts'

serveContract({ fetch: createFetchClient })
