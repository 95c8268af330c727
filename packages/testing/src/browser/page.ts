import * as core from '@tabkeeper/core'
import { withAutoRefresh } from '@tabkeeper/fetch'

/** What a page of the stories has as `tabkeeper`: the front doors of the packages. */
export const tabkeeper = { ...core, withAutoRefresh }

declare global {
  /** How far the page's clock is ahead, in milliseconds; a page is served with the server's. */
  var clockOffset: number
}

// `Date` is what the system clock believes where `performance` has stood still: a laptop that slept.
const now = Date.now
Date.now = () => now() + clockOffset

Object.assign(globalThis, { tabkeeper })
