import type { SessionState } from '@tabkeeper/core'

/** Returns what is wrong with the way to the server, for the banner, or `null` when nothing is. */
export function connectionInWords(state: SessionState, isOnline: boolean): string | null {
  const signedIn = state.status === 'authenticated' ? ' You stay signed in.' : ''
  if (!isOnline)
    return `You are offline. What you see may be old, and nothing can be sent.${signedIn}`
  if (state.status === 'authenticated' && state.refresh === 'backing-off')
    return `The bar’s server does not answer; it is asked again.${signedIn}`
  return null
}

/** Calls back when the browser finds or loses its network. Returns the undo. */
export function onNetworkChange(changed: () => void): () => void {
  window.addEventListener('online', changed)
  window.addEventListener('offline', changed)
  return () => {
    window.removeEventListener('online', changed)
    window.removeEventListener('offline', changed)
  }
}
