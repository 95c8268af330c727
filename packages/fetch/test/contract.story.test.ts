import { describeAutoRefresh } from '@tabkeeper/testing'
import { contractHost, type Scope } from '@tabkeeper/testing/browser'
import { describe } from 'vitest'

const script = new URL('contract.page.ts', import.meta.url)
const scopes: readonly Scope[] = ['page', 'web worker', 'service worker']

describe.each(scopes)('in Chromium, in a %s', scope => {
  const { clientsOf, createSource } = contractHost(script, scope)
  const place = { createSource, keepsOrder: false }
  // Chromium streams no uploads over HTTP/1.1.
  describeAutoRefresh('fetch', clientsOf('fetch'), { ...place, streams: false })
  describeAutoRefresh('fetch over HTTP/2', clientsOf('fetch'), { ...place, isSecure: true })
})
