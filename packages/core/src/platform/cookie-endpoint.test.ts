import { describe, expect, it } from 'vitest'
import { cookieEndpoint } from './cookie-endpoint.ts'

const TOKENS = { access_token: 'a', expires_in: 60, session: { id: 's-1' } }
const ADA = { email: 'ada@bar.test', password: 'x' }
const NOBODY = { remember: true, accessToken: null }

interface Sent {
  readonly path: string
  readonly init: RequestInit
}

/** An endpoint whose server gives these answers in order, and what it was sent. */
function endpointOf(...answers: (Response | Promise<Response>)[]) {
  const sent: Sent[] = []
  const fetch: typeof globalThis.fetch = async (url, init = {}) => {
    init.signal?.throwIfAborted()
    sent.push({ path: String(url).replace('/api/auth', ''), init })
    return answers.shift() ?? Response.json(TOKENS)
  }
  return { sent, endpoint: cookieEndpoint('/api/auth', { client: 'admin', fetch }) }
}

const problem = (status: number, code: string) => Response.json({ code }, { status })

describe('every call', () => {
  it('I07, row 21: goes with credentials, names its client, and has no refresh token to send', async () => {
    const { sent, endpoint } = endpointOf()
    await endpoint.login(ADA, NOBODY)
    await endpoint.refresh('s-1', {})
    await endpoint.revokeAll('a', { keepCurrent: true })
    await endpoint.revoke({ accessToken: 'a', refreshToken: 's-1' }, {})

    for (const { init } of sent) {
      expect(init).toMatchObject({ credentials: 'include', cache: 'no-store', redirect: 'error' })
      const headers = new Headers(init.headers)
      expect(headers.get('x-session-client')).toBe('admin')
      expect(headers.get('content-type')).toBe('application/json')
    }
    expect(sent.map(({ path, init }) => [path, init.body])).toEqual([
      ['/login', '{"email":"ada@bar.test","password":"x","remember":true}'],
      ['/refresh', '{}'],
      ['/logout-all', '{"keep_current":true}'],
      ['/logout', '{"session_id":"s-1"}'],
    ])
  })

  it.each([
    ['authUrl', '', { client: 'admin' }],
    ['authUrl', undefined, { client: 'admin' }],
    ['client', '/api/auth', { client: '' }],
    ['client', '/api/auth', undefined],
  ])('needs "%s"', (name, authUrl, options) => {
    // What the compiler forbids, a plain script may do.
    const make = () => cookieEndpoint(authUrl as string, options as { client: string })
    expect(make).toThrow(TypeError)
    expect(make).toThrow(`cookieEndpoint: "${name}" has to be given`)
  })
})

describe('a refresh', () => {
  it('grants the access token, and lets no refresh token through', async () => {
    const { endpoint } = endpointOf(Response.json({ ...TOKENS, refresh_token: 'r' }))
    expect(await endpoint.refresh('s-1', {})).toEqual({ is: 'granted', tokens: TOKENS })
  })

  it('E03: takes the token of another session for the end of this one', async () => {
    const { endpoint } = endpointOf()
    expect(await endpoint.refresh('s-0', {})).toEqual({ is: 'denied', reason: 'replaced' })
  })

  it('E03: sees by the claims of the token whose it is, where nothing else says so', async () => {
    const claims = Buffer.from('{"sid":"s-1"}').toString('base64url')
    const answer = () => Response.json({ access_token: `e30.${claims}.x` })
    const { endpoint } = endpointOf(answer(), answer())
    expect(await endpoint.refresh('s-1', {})).toMatchObject({ is: 'granted' })
    expect(await endpoint.refresh('s-0', {})).toMatchObject({ is: 'denied' })
  })

  it.each(['s-1', 'unnamed:1-2-3-4'])(
    'grants where the server names no session: %s',
    async name => {
      const { endpoint } = endpointOf(Response.json({ access_token: 'a' }))
      expect(await endpoint.refresh(name, {})).toMatchObject({ is: 'granted' })
    },
  )

  it.each(['', 'unnamed:1-2-3-4'])(
    'grants whatever session there is to who names none: "%s"',
    async name => {
      const { endpoint } = endpointOf()
      expect(await endpoint.refresh(name, {})).toMatchObject({ is: 'granted' })
    },
  )

  it.each([
    [401, 'not_authenticated', { is: 'denied', reason: 'expired' }],
    [401, 'session_revoked', { is: 'denied', reason: 'revoked' }],
    [403, 'not_authenticated', { is: 'unreachable' }],
    [403, 'csrf_rejected', { is: 'unreachable' }],
  ])('takes a %i %s for what it is', async (status, code, answer) => {
    const { endpoint } = endpointOf(problem(status, code))
    expect(await endpoint.refresh('s-1', {})).toMatchObject(answer)
  })

  it('asks the app first what a denial is', async () => {
    const endpoint = cookieEndpoint('/api/auth', {
      client: 'admin',
      fetch: async () => problem(401, 'not_authenticated'),
      isDenied: ({ code }) => (code === 'not_authenticated' ? 'storage-cleared' : null),
    })
    expect(await endpoint.refresh('s-1', {})).toEqual({ is: 'denied', reason: 'storage-cleared' })
  })
})

describe('a sign-in', () => {
  it('row 18: is refused where the server puts the refresh token into the body', async () => {
    for (const sign of ['login', 'register'] as const) {
      const { endpoint } = endpointOf(Response.json({ ...TOKENS, refresh_token: 'secret' }))
      const signingIn = endpoint[sign](ADA, NOBODY)
      await expect(signingIn).rejects.toMatchObject({ code: 'rejected' })
      await expect(signingIn).rejects.toThrow(/'admin' the transport "split"/)
      await expect(signingIn).rejects.not.toThrow(/secret/)
    }
  })

  it('waits for a sign-out, whose answer takes the cookie away', async () => {
    let answer: (response: Response) => void = () => {}
    const { sent, endpoint } = endpointOf(
      new Promise(done => {
        answer = done
      }),
    )
    const leaving = endpoint.revoke({ accessToken: 'a', refreshToken: 's-0' }, {})
    const entering = endpoint.login(ADA, NOBODY)
    await new Promise(done => setImmediate(done))
    expect(sent.map(({ path }) => path)).toEqual(['/logout'])

    answer(Response.json({}))
    await Promise.all([leaving, entering])
    expect(sent.map(({ path }) => path)).toEqual(['/logout', '/login'])
  })
})

describe('a sign-out', () => {
  it('that is told later is left out where the cookie is of another session by now', async () => {
    const { sent, endpoint } = endpointOf()
    await endpoint.login(ADA, NOBODY)
    sent.length = 0

    expect(await endpoint.revoke({ accessToken: null, refreshToken: 's-0' }, {})).toBe(true)
    expect(sent).toEqual([])
    expect(await endpoint.revoke({ accessToken: null, refreshToken: 's-1' }, {})).toBe(true)
    expect(sent).toHaveLength(1)
  })

  it('is not acknowledged by a server that is down', async () => {
    const { endpoint } = endpointOf(problem(503, 'temporarily_unavailable'))
    expect(await endpoint.revoke({ accessToken: 'a', refreshToken: 's-1' }, {})).toBe(false)
  })
})
