// @vitest-environment jsdom
import { describeAutoRefresh } from '@tabkeeper/testing'
import { createFetchClient } from './fetch-client.ts'

// jsdom brings an AbortSignal, a Headers, a FormData and a Blob of its own; fetch is still Node's.
const forms = await readsBlobs().catch(() => false)
describeAutoRefresh('fetch in a document', createFetchClient, { forms })

/** Node 22 does not, and waits for ever on a form. */
async function readsBlobs(): Promise<boolean> {
  return (await new Response(new Blob(['tab'])).text()) === 'tab'
}
