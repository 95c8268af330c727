// @vitest-environment jsdom
import { describeAutoRefresh } from '@tabkeeper/testing'
import { createFetchClient } from './fetch-client.ts'

// jsdom brings an AbortSignal, a Headers, a FormData and a Blob of its own; fetch is still Node's.
describeAutoRefresh('fetch in a document', createFetchClient)
