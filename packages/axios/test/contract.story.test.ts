import { describeAutoRefresh } from '@tabkeeper/testing'
import { contractHost } from '@tabkeeper/testing/browser'
import { describe } from 'vitest'

const script = new URL('contract.page.ts', import.meta.url)

describe('in Chromium', () => {
  const { clientsOf, createSource } = contractHost(script, 'page')
  const place = { createSource, keepsOrder: false }
  describeAutoRefresh('axios over XMLHttpRequest', clientsOf('xhr'), { ...place, streams: false })
  // Chromium streams uploads over HTTP/2 only.
  const overFetch = { ...place, seesRedirects: false, isSecure: true }
  describeAutoRefresh('axios over fetch', clientsOf('fetch'), overFetch)
})
