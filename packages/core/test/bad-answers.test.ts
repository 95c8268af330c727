import { isSessionError, restEndpoint, type Session } from '@tabkeeper/core'
import { quiet } from '@tabkeeper/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ADA, type Bar, endingsOf, openBar } from './bar.ts'

const STATUSES = [
  200, 201, 202, 204, 205, 206, 400, 401, 402, 403, 404, 405, 408, 409, 410, 418, 421, 422, 425,
  429, 451, 500, 501, 502, 503, 504, 511, 520, 599,
]

const jwt = (claims: object) =>
  `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.signature`
const granting = (more: object) =>
  JSON.stringify({ access_token: 'A1', refresh_token: 'R1', expires_in: 3600, ...more })

/** Bodies with an access token that can be used, and how long it lives by them: `null` where nobody says. */
const usable: Record<string, [body: string, seconds: number | null]> = {
  'a token': [granting({}), 3600],
  'two access tokens, of which the last counts': [
    '{"access_token":"A0","access_token":"A1","refresh_token":"R1","expires_in":3600}',
    3600,
  ],
  'a lifetime as text': [granting({ expires_in: '3600' }), 3600],
  'a negative lifetime': [granting({ expires_in: -5 }), 0],
  'a lifetime that is no number': [granting({ expires_in: 'soon' }), null],
  'a blank lifetime': [granting({ expires_in: ' ' }), null],
  'a lifetime of null': [granting({ expires_in: null }), null],
  'a lifetime of a million years': [granting({ expires_in: 3.2e13 }), 3_155_760_000],
  'a lifetime beyond all numbers': [granting({ expires_in: 0 }).replace(':0', ':1e999'), null],
  'a lifetime at the end of all numbers': [granting({ expires_in: 1e308 }), 3_155_760_000],
  'an expired token': [
    granting({ access_token: jwt({ iat: 1_000, exp: 1_060 }), expires_in: undefined }),
    60,
  ],
  'a token that ended before it began': [
    granting({ access_token: jwt({ iat: 1_060, exp: 1_000 }), expires_in: undefined }),
    0,
  ],
  'a JWT without an end': [
    granting({ access_token: jwt({ sid: 's' }), expires_in: undefined }),
    null,
  ],
  'an opaque token': [granting({ expires_in: undefined }), null],
  'no refresh token': [granting({ refresh_token: undefined }), 3600],
  'a refresh token that is none': [granting({ refresh_token: 5 }), 3600],
  'a refresh token of two lines': [granting({ refresh_token: 'R\r\nX: 1' }), 3600],
  '2 MB of JSON': [granting({ user: { name: 'x'.repeat(2_000_000) } }), 3600],
  'a user that is a list': [granting({ user: [1, 2] }), 3600],
  'a session without a name': [granting({ session: {} }), 3600],
}

const useless: Record<string, string> = {
  nothing: '',
  'an empty object': '{}',
  'a list': '[]',
  null: 'null',
  'a text': '"A1"',
  'a page': '<html>Sign in to the network</html>',
  'half of it': granting({}).slice(0, 30),
  'no access token': granting({ access_token: undefined }),
  'an access token of null': granting({ access_token: null }),
  'an empty access token': granting({ access_token: '' }),
  'a number': granting({ access_token: 5 }),
  'a list of access tokens': granting({ access_token: ['A1', 'A2'] }),
  'an access token of two lines': granting({ access_token: 'A\r\nX-Evil: 1' }),
  'an access token in Japanese': granting({ access_token: '鍵' }),
  'the word undefined': granting({ access_token: 'undefined' }),
  'a word of its own': '{"code":"temporarily_unavailable"}',
  'a definitive word': '{"code":"session_revoked"}',
  'OAuth’s word': '{"error":"invalid_grant"}',
}

function isDenied(status: number, body: string): boolean {
  if (status === 401) return body === '' || isWhole(body)
  return (status === 400 || status === 403) && /session_revoked|invalid_grant/.test(body)
}

function isWhole(body: string): boolean {
  try {
    JSON.parse(body)
    return true
  } catch {
    return false
  }
}

/** A tab that is signed in at a server that gives this answer to everything from now on. */
async function answered(status: number, body: string) {
  const bar: Bar = openBar()
  let answer = () => new Response(granting({ access_token: 'A0', refresh_token: 'R0' }))
  const endpoint = restEndpoint('https://bar.test/auth', { fetch: async () => answer() })
  const { session } = bar.open({ endpoint })
  await session.login(ADA)
  const hasNoBody = status === 204 || status === 205
  answer = () => new Response(hasNoBody ? null : body, { status })
  return { ...bar, endpoint, session, entries: bar.browser.local.entries() }
}

/** Whether nothing is half: another page sees the same, and what it would send can be sent. */
async function expectWhole(
  { open, endpoint }: Awaited<ReturnType<typeof answered>>,
  session: Session,
) {
  await quiet()
  const other = open({ endpoint }).session
  const state = session.getState()
  expect(other.getState().status).toBe(state.status)
  if (state.status !== 'authenticated') return
  expect({ ...other.getState(), refresh: state.refresh }).toEqual(state)
  if (state.expiresAt !== null) new Date(state.expiresAt).toISOString()
  for (const each of [session, other]) {
    const lease = await Promise.resolve(each.lease()).catch(() => null)
    if (lease !== null) new Headers({ authorization: `Bearer ${lease.accessToken}` })
  }
}

describe('C03: whatever a server answers to a refresh', () => {
  it.each(STATUSES)(
    'is classified, and stored whole or not at all: %i',
    { timeout: 0 },
    async status => {
      for (const [what, body] of Object.entries(useless)) {
        const told = await answered(status, body)
        const { session, soon, entries, browser } = told
        const endings = endingsOf(session)
        const error: unknown = await soon(session.refresh()).catch((error: unknown) => error)
        expect(isSessionError(error) && error.code, what).toBe(
          isDenied(status, body) ? 'session-ended' : 'unreachable',
        )
        expect(endings, what).toEqual(isDenied(status, body) ? ['revoked'] : [])
        const { 'tabkeeper:admin': _, ...tokens } = entries
        if (endings.length === 0) expect(browser.local.entries()).toMatchObject(tokens)
        await expectWhole(told, session)
      }
    },
  )

  it.each(Object.keys(usable))('grants %s', async what => {
    const [body, seconds] = usable[what] ?? ['', null]
    const told = await answered(200, body)
    const { session, soon, clock } = told
    await soon(session.refresh()).catch(error =>
      expect(error).toMatchObject({ code: 'unreachable' }),
    )
    const state = session.getState()
    if (state.status !== 'authenticated') throw new Error('signed out')
    const age = seconds === null ? null : (state.expiresAt ?? 0) - clock.now()
    if (seconds === null) expect(state.expiresAt).toBeNull()
    else expect(Math.abs((age ?? 0) - seconds * 1000)).toBeLessThan(2_000)
    await expectWhole(told, session)
  })

  it.each(STATUSES.filter(status => status > 299))('is no grant with %i', async status => {
    for (const [body] of Object.values(usable)) {
      const { session, soon } = await answered(status, body)
      await expect(soon(session.refresh())).rejects.toSatisfy(isSessionError)
      expect(await Promise.resolve(session.lease()).catch(() => null)).not.toMatchObject({
        accessToken: 'A1',
      })
    }
  })

  it('is never thrown as something else, and asked for no more often than a pause allows', {
    timeout: 0,
  }, async () => {
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom('A1', 1e308, -1, '1e3', '0x10'))
    const body = fc.oneof(
      fc.json(),
      fc.string(),
      fc
        .record(
          {
            access_token: value,
            refresh_token: value,
            expires_in: value,
            user: value,
            session: value,
            code: value,
            error: value,
          },
          { requiredKeys: [] },
        )
        .map(each => JSON.stringify(each)),
    )
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...STATUSES), body, async (status, text) => {
        const told = await answered(status, text)
        const { session, soon } = told
        for (const call of [() => session.refresh(), () => session.getAccessToken()]) {
          const error: unknown = await soon<unknown>(call()).catch((error: unknown) => error)
          expect(error === undefined || typeof error === 'string' || isSessionError(error)).toBe(
            true,
          )
        }
        await expectWhole(told, session)
        session.dispose()
      }),
      { numRuns: 100 },
    )
  })
})

describe('whatever a server answers to a sign-in', () => {
  it.each(STATUSES)(
    'the session that was there goes on, and nothing is stored by half: %i',
    async status => {
      for (const [what, body] of Object.entries(useless)) {
        const told = await answered(status, body)
        const { session, entries, browser } = told
        const state = session.getState()
        await expect(session.login(ADA), what).rejects.toSatisfy(isSessionError)
        expect(session.getState()).toBe(state)
        expect(browser.local.entries()).toEqual(entries)
      }
    },
  )
})
