export interface NetworkFault {
  isOffline: boolean
  /** What becomes of the next answer to a call of the session's own. */
  answer: 'delayed' | 'lost' | null
}

/**
 * Puts itself in front of `fetch` and `XMLHttpRequest`, and does there what `fault` says; `used` is called
 * when the fault of one answer has been made. `mend` takes it away again. A client that was given `fetch`
 * before keeps the one that it was given.
 */
export function breakNetwork(
  fault: NetworkFault,
  delay: number,
  used: () => void,
): { readonly fault: NetworkFault; mend(): void } {
  const { fetch } = globalThis
  // Workers and tests may be without it.
  const send: XMLHttpRequest['send'] | undefined = globalThis.XMLHttpRequest?.prototype.send

  const brokenFetch: typeof fetch = async (input, init) => {
    if (fault.isOffline) throw noNetwork()
    const next = isOfSession(init) ? fault.answer : null
    if (next !== null) {
      fault.answer = null
      used()
    }
    const answer = await fetch(input, init)
    if (next === 'delayed') await pause(delay, init?.signal)
    if (next === 'lost') throw noNetwork()
    return answer
  }
  function brokenSend(this: XMLHttpRequest, ...body: Parameters<XMLHttpRequest['send']>): void {
    if (!fault.isOffline) send?.apply(this, body)
    else
      setTimeout(() => {
        this.dispatchEvent(new ProgressEvent('error'))
        this.dispatchEvent(new ProgressEvent('loadend'))
      })
  }

  globalThis.fetch = brokenFetch
  if (send !== undefined) XMLHttpRequest.prototype.send = brokenSend
  return {
    fault,
    mend() {
      // Where somebody has put something in front of it meanwhile, it stays, and does nothing.
      if (globalThis.fetch === brokenFetch) globalThis.fetch = fetch
      if (send !== undefined && XMLHttpRequest.prototype.send === brokenSend)
        XMLHttpRequest.prototype.send = send
    },
  }
}

/** `restEndpoint` and its kin mark their calls, so that adapters leave them alone. */
function isOfSession(init: RequestInit | undefined): boolean {
  return init !== undefined && 'session' in init && init.session === false
}

function noNetwork(): TypeError {
  return new TypeError('Failed to fetch (the Tabkeeper devtools)')
}

function pause(ms: number, signal: AbortSignal | null | undefined): Promise<void> {
  return new Promise((done, failed) => {
    const timer = setTimeout(done, ms)
    signal?.addEventListener('abort', () => {
      clearTimeout(timer)
      failed(signal.reason)
    })
  })
}
