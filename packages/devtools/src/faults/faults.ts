import { breakNetwork, type NetworkFault } from './network.ts'
import { breakStorage } from './storage.ts'

/** What can be broken in this page. Nothing of the page is touched while nothing is broken. */
export interface Faults {
  isOffline(): boolean
  isStorageBroken(): boolean
  /** What is to become of the next answer to the session's own calls; `null` for nothing special. */
  next(): 'delayed' | 'lost' | null
  setOffline(isOffline: boolean): void
  setStorageBroken(isBroken: boolean): void
  setNext(fault: 'delayed' | 'lost' | null): void
  /** Mends everything. */
  mend(): void
}

/** Longer than people wait gladly, shorter than the session's own deadline. Milliseconds. */
export const DELAY = 5_000

export function createFaults(changed: () => void): Faults {
  let mendStorage: (() => void) | null = null
  let network: { readonly fault: NetworkFault; mend(): void } | null = null

  /** The wrapper around the network is there while it has something to do, and no longer. */
  function change(next: NetworkFault): void {
    const isNeeded = next.isOffline || next.answer !== null
    if (network !== null) Object.assign(network.fault, next)
    else if (isNeeded) network = breakNetwork({ ...next }, DELAY, () => change(faultNow()))
    if (!isNeeded) {
      network?.mend()
      network = null
    }
    changed()
  }

  const faultNow = (): NetworkFault => network?.fault ?? { isOffline: false, answer: null }

  const faults: Faults = {
    isOffline: () => faultNow().isOffline,
    isStorageBroken: () => mendStorage !== null,
    next: () => faultNow().answer,
    setOffline(isOffline) {
      change({ ...faultNow(), isOffline })
      // As a browser says it: what was put off is tried again.
      if (!isOffline) globalThis.window?.dispatchEvent(new Event('online'))
    },
    setStorageBroken(isBroken) {
      if (isBroken) mendStorage ??= breakStorage()
      else {
        mendStorage?.()
        mendStorage = null
      }
      changed()
    },
    setNext: answer => change({ ...faultNow(), answer }),
    mend() {
      change({ isOffline: false, answer: null })
      faults.setStorageBroken(false)
    },
  }
  return faults
}
