import { setTimeout as wait } from 'node:timers/promises'
import { createGuest, type GuestOptions, type Ledger } from './guest.ts'

export interface CrowdOptions extends Pick<GuestOptions, 'place' | 'chances'> {
  readonly size: number
  /** Milliseconds between two things that one guest does. */
  readonly pace: number
}

/** Guests that are busy until they are stopped: bounded load, as each waits for its answer. */
export function createCrowd({ size, pace, ...options }: CrowdOptions) {
  const ledger: Ledger = {
    counts: { refreshes: 0, requests: 0, signIns: 0, signOuts: 0, retries: 0, limited: 0 },
    slowest: 0,
    signedOut: [],
    breaches: [],
  }
  const password = crypto.randomUUID()
  const guests = Array.from({ length: size }, () =>
    createGuest({ ...options, name: crypto.randomUUID(), ledger, password }),
  )
  let isBusy = true
  const work = guests.map(async guest => {
    while (isBusy) {
      await guest.act()
      await wait(pace * (0.5 + Math.random()))
    }
  })

  return {
    ledger,
    /** Resolves when every guest has been served after this moment, with how long that took. */
    async allServed(since = performance.now()): Promise<number> {
      while (guests.some(({ servedAt }) => servedAt <= since)) await wait(10)
      return Math.max(...guests.map(({ servedAt }) => servedAt)) - since
    },
    /** Lets everybody finish what they are doing, as long as somebody answers. */
    async rest(): Promise<void> {
      isBusy = false
      await Promise.all(work)
    },
    /** Compares what was acknowledged with what the server still knows; afterwards `ledger` has it. */
    async check(): Promise<void> {
      await Promise.all(guests.map(guest => guest.check()))
      const unended = await Promise.all(ledger.signedOut.map(isStillIn))
      for (const isIn of unended) {
        if (isIn) ledger.breaches.push('a sign-out that was acknowledged is undone')
      }
    },
    /** Ends everything at once. */
    async [Symbol.asyncDispose]() {
      isBusy = false
      for (const guest of guests) guest.stop()
      await Promise.all(work)
    },
  }

  async function isStillIn(refreshToken: string): Promise<boolean> {
    const response = await fetch(`${options.place()}/refresh`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ refresh_token: refreshToken }),
    })
    const { code } = await response.json()
    return !(response.status === 401 && code === 'session_revoked')
  }
}

export type Crowd = ReturnType<typeof createCrowd>
