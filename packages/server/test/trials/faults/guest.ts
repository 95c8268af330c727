import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'

/** What all guests of a crowd have done and seen. */
export interface Ledger {
  readonly counts: {
    refreshes: number
    requests: number
    signIns: number
    signOuts: number
    /** Attempts that got no answer, or one that says to come back. */
    retries: number
    /** Of these, how many were told that they ask too often. */
    limited: number
  }
  /** The longest that somebody waited for an answer to one request, in milliseconds. */
  slowest: number
  /** Refresh tokens of sign-outs that were acknowledged. */
  readonly signedOut: string[]
  /** Every broken promise in words. */
  readonly breaches: string[]
}

export interface GuestOptions {
  readonly name: string
  readonly ledger: Ledger
  /** Where the endpoints of an instance are; another one at each call, if there are several. */
  place(): string
  /** Chances of what a guest does next; the rest are requests. */
  readonly chances: { readonly refresh: number; readonly signOut: number }
  readonly password: string
}

export interface Guest {
  /** Does one thing, and repeats it until it is answered. Returns early when it is stopped. */
  act(): Promise<void>
  /** Whether what was acknowledged is still there. */
  check(): Promise<void>
  /** When the last thing was answered, by `performance.now()`. */
  readonly servedAt: number
  stop(): void
}

const grant = z.object({ refresh_token: z.string(), access_token: z.string() })
const problem = z.object({ code: z.string() }).catch({ code: 'none' })

/** Milliseconds: an instance that is gone is not waited for, as there are others. */
const pause = 200

/** A client of one session at a time, which tries again, anywhere, until there is an answer. */
export function createGuest({ name, ledger, place, chances, password }: GuestOptions): Guest {
  const { counts } = ledger
  const email = `${name}@bar.example`
  // Each comes from an address of its own, or the limits would be about the crowd.
  const address = Array.from({ length: 3 }, () => Math.floor(Math.random() * 256)).join('.')
  const stopping = new AbortController()
  let held: z.infer<typeof grant> | null = null
  let isNew = true
  let servedAt = 0

  async function ask(path: string, { token, body }: { token?: string; body?: object }) {
    const begun = performance.now()
    while (!stopping.signal.aborted) {
      const answer = await attempt(path, token, body)
      if (!('later' in answer)) {
        servedAt = performance.now()
        ledger.slowest = Math.max(ledger.slowest, servedAt - begun)
        return answer
      }
      counts.retries++
      await wait(answer.later * (0.5 + Math.random()))
    }
    return null
  }

  async function attempt(path: string, token: string | undefined, body: object | undefined) {
    try {
      const response = await fetch(place() + path, {
        method: body ? 'POST' : 'GET',
        headers: {
          'X-Forwarded-For': `10.${address}`,
          ...(body && { 'Content-Type': 'application/json' }),
          ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.any([stopping.signal, AbortSignal.timeout(10_000)]),
      })
      const { status } = response
      const answer = await response.json()
      // What a client takes for "later", as the SDK does: it says nothing about the session.
      const isLater = status === 429 || status === 503
      if (status === 429) counts.limited++
      if (isLater) return { later: Number(response.headers.get('Retry-After')) * 1_000 }
      return { status, body: answer }
    } catch {
      return { later: pause } // no answer, or only a part of one
    }
  }

  const unexpected = (what: string, { status, body }: { status: number; body: unknown }) => {
    ledger.breaches.push(`${name}: ${what} was answered ${status} ${problem.parse(body).code}`)
  }

  async function signIn(): Promise<void> {
    const answer = await ask(isNew ? '/register' : '/login', { body: { email, password } })
    if (!answer) return
    // An account whose first answer was lost exists already.
    if (answer.status === 201 || answer.status === 409) isNew = false
    if (answer.status === 409) return
    const granted = grant.safeParse(answer.body)
    if (!granted.success) return unexpected('a sign-in', answer)
    held = granted.data
    counts.signIns++
  }

  async function refresh({ refresh_token }: z.infer<typeof grant>): Promise<void> {
    const answer = await ask('/refresh', { body: { refresh_token } })
    if (!answer) return
    const granted = grant.safeParse(answer.body)
    if (!granted.success) {
      held = null
      return unexpected('a refresh', answer)
    }
    held = granted.data
    counts.refreshes++
  }

  async function request({ access_token }: z.infer<typeof grant>): Promise<void> {
    const answer = await ask('/me', { token: access_token })
    if (!answer) return
    if (answer.status !== 200) unexpected('a request', answer)
    counts.requests++
  }

  async function signOut({ refresh_token }: z.infer<typeof grant>): Promise<void> {
    const answer = await ask('/logout', { body: { refresh_token } })
    if (!answer) return
    held = null
    if (answer.status !== 200) return unexpected('a sign-out', answer)
    ledger.signedOut.push(refresh_token)
    counts.signOuts++
  }

  return {
    get servedAt() {
      return servedAt
    },
    async act() {
      if (!held) return signIn()
      const chance = Math.random()
      if (chance < chances.refresh) return refresh(held)
      if (chance < chances.refresh + chances.signOut) return signOut(held)
      return request(held)
    },
    async check() {
      if (!held) return
      await request(held)
      await refresh(held)
    },
    stop: () => stopping.abort(),
  }
}
