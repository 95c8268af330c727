import { createSession, memoryArea, type Session, type TokenResponse } from '@tabkeeper/core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { CreateContractClient } from './auto-refresh-contract.ts'
import type { ServedBar } from './serve-bar-api.ts'

const MINUTE = 60_000

/** The same with nothing made by hand: a session of the SDK against the reference server. */
export function itWorksWithARealSession(createClient: CreateContractClient): void {
  describe('a real session', () => {
    const clock = { ahead: 0, now: () => Date.now() + clock.ahead }
    let bar: ServedBar
    let session: Session

    beforeAll(async () => {
      // Not before a test needs it: it brings a database along.
      const { serveBarApi } = await import('./serve-bar-api.ts')
      bar = await serveBarApi({ clock, accessTokenTtl: 5 * MINUTE })
    })
    afterAll(() => bar[Symbol.asyncDispose]())

    beforeEach(async () => {
      clock.ahead = 0
      session = createSession({
        app: 'admin',
        authUrl: `${bar.origin}/api/auth`,
        storage: memoryArea(),
      })
      await session.login(bar.account)
      Object.assign(bar.counts, { refreshes: 0, requests: 0, refused: 0 })
      bar.orders.length = 0
    })
    afterEach(() => session.dispose())

    const order20Times = () => {
      const client = createClient(session)
      return Promise.allSettled(
        Array.from({ length: 20 }, () => client.send(`${bar.origin}/api/orders`)),
      )
    }

    it('costs 20 refused requests one refresh', async () => {
      clock.ahead = 6 * MINUTE // for the server alone: the client thinks that its token is good

      for (const answer of await order20Times()) {
        expect(answer).toMatchObject({ status: 'fulfilled', value: { status: 200 } })
      }
      expect(bar.counts).toMatchObject({ refreshes: 1, requests: 40, refused: 20 })
    })

    it('lets 20 requests wait for one refresh when the token is known to be over', async () => {
      const tokens = await signInElsewhere(bar)
      session.adopt({ ...tokens, expires_in: 0 })

      for (const answer of await order20Times()) {
        expect(answer).toMatchObject({ status: 'fulfilled', value: { status: 200 } })
      }
      expect(bar.counts).toMatchObject({ refreshes: 1, requests: 20, refused: 0 })
    })

    it('sends those that waited in the order in which they came, with a signal or without', async () => {
      const tokens = await signInElsewhere(bar)
      session.adopt({ ...tokens, expires_in: 0 })
      const client = createClient(session)
      const { signal } = new AbortController()
      const paths = Array.from({ length: 12 }, (_, i) => `/api/orders?number=${i}`)

      const answers = paths.map((path, i) =>
        client.send(bar.origin + path, i % 3 === 1 ? { signal } : {}),
      )

      for (const { status } of await Promise.all(answers)) expect(status).toBe(200)
      expect(bar.orders).toEqual(paths)
    })

    it('ends with one error for all that wait when the server has ended the session', async () => {
      session.adopt({ ...(await signInElsewhere(bar)), expires_in: 0 })
      await bar.auth.store.revokeSession(idOf(session))

      const answers = await order20Times()

      for (const answer of answers) {
        expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'session-ended' } })
      }
      expect(session.getState()).toEqual({ status: 'unauthenticated', reason: 'revoked' })
      expect(bar.counts).toMatchObject({ refreshes: 1, requests: 0 })
    })
  })
}

function idOf(session: Session): string {
  const state = session.getState()
  return (state.status === 'authenticated' && state.sessionId) || 'none'
}

/** The tokens of another sign-in of the same account, as the server's JSON has them. */
async function signInElsewhere({ origin, account }: ServedBar): Promise<TokenResponse> {
  const response = await fetch(`${origin}/api/auth/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Session-Client': 'admin' },
    body: JSON.stringify(account),
  })
  return response.json()
}
