import * as core from '@tabkeeper/core'
import { withAutoRefresh } from '@tabkeeper/fetch'

/** What a page of the stories has as `tabkeeper`: the front doors of the packages. */
export const tabkeeper = { ...core, withAutoRefresh }

declare global {
  /** How far the page's clock is ahead, in milliseconds; a page is served with the server's. */
  var clockOffset: number
  /** What the page's Content-Security-Policy had to forbid, from the first line of its first script on. */
  var violations: string[]
}

// `Date` is what the system clock believes where `performance` has stood still: a laptop that slept.
const now = Date.now
Date.now = () => now() + clockOffset

// In a frame: what the page around asks for is evaluated here; see `frame.ts`.
addEventListener('message', async ({ data, source }) => {
  if (typeof data?.expression !== 'string' || source !== window.parent) return
  const { run: ran, expression } = data
  const answer = (what: object) => window.parent.postMessage({ ran, ...what }, '*')
  try {
    // biome-ignore lint/security/noGlobalEval: a driver evaluates, and this is one
    answer({ value: await globalThis.eval(expression) })
  } catch (error) {
    answer({ error: String(error) })
  }
})

Object.assign(globalThis, { tabkeeper })
