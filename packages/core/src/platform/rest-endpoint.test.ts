import { describe, expect, it } from 'vitest'
import { restEndpoint } from './rest-endpoint.ts'

const TOKENS = { access_token: 'a', refresh_token: 'r', expires_in: 60 }

interface Sent {
  readonly url: string
  readonly init: RequestInit
}

/** An endpoint whose server gives this answer to everything, and what it was sent. */
function endpointOf(answer: () => Response | Promise<Response>, base = '/api/auth') {
  const sent: Sent[] = []
  const fetch: typeof globalThis.fetch = async (url, init = {}) => {
    sent.push({ url: String(url), init })
    return answer()
  }
  return { sent, endpoint: restEndpoint(base, { client: 'admin', fetch }) }
}

const bodies = {
  none: () => null,
  json: () => '{"message":"no"}',
  definitive: () => '{"code":"session_revoked"}',
  'oauth denial': () => '{"error":"invalid_grant"}',
  'other code': () => '{"code":"temporarily_unavailable"}',
  list: () => '[]',
  text: () => '"no"',
  html: () => '<html>Sign in to the network</html>',
  cut: () => '{"code":"session_re',
  huge: () => JSON.stringify({ code: 'x', padding: 'x'.repeat(2_000_000) }),
}
type Body = keyof typeof bodies

const jsons: Body[] = ['json', 'definitive', 'oauth denial', 'other code', 'list', 'text', 'huge']
const definitive: Body[] = ['definitive', 'oauth denial']
const statuses = [
  200, 201, 202, 204, 205, 400, 401, 402, 403, 404, 405, 407, 408, 409, 410, 418, 421, 422, 425,
  429, 500, 501, 502, 503, 504, 511, 520, 599,
]

function expected(status: number, body: Body): 'denied' | 'unreachable' {
  if (status === 401 && (body === 'none' || jsons.includes(body))) return 'denied'
  if ((status === 400 || status === 403) && definitive.includes(body)) return 'denied'
  return 'unreachable'
}

it('cannot be made without knowing where', () => {
  // What the compiler forbids, a plain script may do.
  for (const authUrl of [undefined as unknown as string, ''])
    expect(() => restEndpoint(authUrl)).toThrow(/restEndpoint: "authUrl" has to be given; got/)
})

describe('an answer to the refresh call', () => {
  it.each(statuses)('C03, C04: %i is judged by its body, whatever that is', async status => {
    for (const body of Object.keys(bodies) as Body[]) {
      const hasNoBody = status === 204 || status === 205
      const { endpoint } = endpointOf(
        () => new Response(hasNoBody ? null : bodies[body](), { status }),
      )
      expect({ body, is: (await endpoint.refresh('r', {})).is }).toEqual({
        body,
        is: expected(status, body),
      })
    }
  })

  it.each([
    ['invalid_refresh_token', 'revoked'],
    ['session_revoked', 'revoked'],
    ['session_expired', 'expired'],
    ['refresh_token_reused', 'reuse-detected'],
    ['account_disabled', 'account-disabled'],
    ['something else', 'revoked'],
  ])('names the reason of a 401: %s is %s', async (code, reason) => {
    const { endpoint } = endpointOf(() => Response.json({ code }, { status: 401 }))
    expect(await endpoint.refresh('r', {})).toEqual({ is: 'denied', reason })
  })

  it.each([
    ['reuse_detected', 'reuse-detected'],
    ['account_disabled', 'account-disabled'],
    ['logout', 'logout-elsewhere'],
    ['replaced', 'replaced'],
    ['admin', 'revoked'],
    ['password_changed', 'revoked'],
    ['session_limit', 'revoked'],
    [{ logout: true }, 'revoked'],
    [undefined, 'revoked'],
  ])('names the reason of a session that somebody ended before: %j is %s', async (why, reason) => {
    const body = { code: 'session_revoked', reason: why }
    const { endpoint } = endpointOf(() => Response.json(body, { status: 401 }))
    expect(await endpoint.refresh('r', {})).toEqual({ is: 'denied', reason })
  })

  it.each([
    ['session_expired', 'expired'],
    ['account_disabled', 'account-disabled'],
    ['invalid_grant', 'revoked'],
    ['something else', 'revoked'],
  ])(
    'believes the code rather than a reason that does not belong to it: %s',
    async (code, reason) => {
      const body = { code, reason: 'logout' }
      const { endpoint } = endpointOf(() => Response.json(body, { status: 401 }))
      expect(await endpoint.refresh('r', {})).toEqual({ is: 'denied', reason })
    },
  )

  it('is no verdict by its reason alone', async () => {
    const body = { code: 'something else', reason: 'reuse_detected' }
    const { endpoint } = endpointOf(() => Response.json(body, { status: 403 }))
    expect(await endpoint.refresh('r', {})).toMatchObject({ is: 'unreachable' })
  })

  it('grants tokens, whatever the 2xx', async () => {
    for (const status of [200, 201]) {
      const { endpoint } = endpointOf(() => Response.json(TOKENS, { status }))
      expect(await endpoint.refresh('r', {})).toEqual({ is: 'granted', tokens: TOKENS })
    }
  })

  it('is no verdict where tokens come with a failure', async () => {
    const { endpoint } = endpointOf(() => Response.json(TOKENS, { status: 500 }))
    expect(await endpoint.refresh('r', {})).toMatchObject({ is: 'unreachable' })
  })

  it('takes the last of two access tokens, as every JSON parser does', async () => {
    const { endpoint } = endpointOf(() => new Response('{"access_token":"a","access_token":"b"}'))
    expect(await endpoint.refresh('r', {})).toMatchObject({ tokens: { access_token: 'b' } })
  })

  it('is lost where there is none, or not the whole of it', async () => {
    const broken = new ReadableStream({
      start: controller => controller.error(new TypeError('terminated')),
    })
    for (const answer of [
      () => Promise.reject(new TypeError('offline')),
      () => new Response(broken),
    ]) {
      const { endpoint } = endpointOf(answer)
      expect(await endpoint.refresh('r', {})).toMatchObject({ is: 'lost' })
    }
  })

  it('may be judged by the app: its word comes first, and only for what is no grant', async () => {
    const fetch = async () => Response.json({ message: 'bye' }, { status: 419 })
    const own = restEndpoint('/auth', {
      fetch,
      isDenied: ({ status }) => (status === 419 ? 'expired' : null),
    })
    expect(await own.refresh('r', {})).toEqual({ is: 'denied', reason: 'expired' })
    const granting = restEndpoint('/auth', {
      fetch: async () => Response.json(TOKENS),
      isDenied: () => 'expired',
    })
    expect(await granting.refresh('r', {})).toMatchObject({ is: 'granted' })
  })

  it('is no denial where a plain script says with a boolean that it is none', async () => {
    const endpoint = restEndpoint('/auth', {
      fetch: async () => new Response('', { status: 503 }),
      // What the compiler forbids.
      isDenied: (({ status }: { status: number }) => status === 419) as never,
    })
    expect(await endpoint.refresh('r', {})).toMatchObject({ is: 'unreachable' })
  })
})

describe('Retry-After', () => {
  const retryAfter = async (value: string, headers = {}) => {
    const { endpoint } = endpointOf(
      () => new Response('', { status: 503, headers: { ...headers, 'retry-after': value } }),
    )
    const answer = await endpoint.refresh('r', {})
    return answer.is === 'unreachable' ? answer.retryAfter : undefined
  }

  it('is read in both its forms', async () => {
    expect(await retryAfter('20')).toBe(20_000)
    expect(await retryAfter('0')).toBe(0)
    const inTwentySeconds = await retryAfter(new Date(Date.now() + 20_000).toUTCString())
    expect(inTwentySeconds).toBeGreaterThan(17_000)
    expect(inTwentySeconds).toBeLessThanOrEqual(20_000)
    expect(await retryAfter('Wed, 21 Oct 2015 07:28:00 GMT')).toBe(0)
  })

  it('F01: as a date is one of the server’s clock, whatever this device’s says', async () => {
    const date = 'Wed, 21 Oct 2015 07:28:00 GMT'
    expect(await retryAfter('Wed, 21 Oct 2015 07:28:20 GMT', { date })).toBe(20_000)
  })

  it.each(['soon', '', '1.5s'])('says nothing where it is %j', async value => {
    expect(await retryAfter(value)).toBeNull()
  })
})

describe('the refresh call', () => {
  it('K09: is a POST that no cache answers and that follows no redirect', async () => {
    const { sent, endpoint } = endpointOf(() => Response.json(TOKENS), '/api/auth///')
    const { signal } = new AbortController()
    await endpoint.refresh('r1', { signal })

    expect(sent).toMatchObject([
      {
        url: '/api/auth/refresh',
        init: {
          method: 'POST',
          body: '{"refresh_token":"r1"}',
          cache: 'no-store',
          redirect: 'error',
          signal,
        },
      },
    ])
    const headers = new Headers(sent[0]?.init.headers)
    expect(Object.fromEntries(headers)).toEqual({
      accept: 'application/json',
      'content-type': 'application/json',
      'x-session-client': 'admin',
    })
  })

  it('puts no token into a URL, and none into an error', async () => {
    const { sent, endpoint } = endpointOf(() => Response.json({ code: 'nope' }, { status: 503 }))
    const answer = await endpoint.refresh('canary', {})
    const error = await endpoint.listSessions('canary', {}).catch((failure: unknown) => failure)
    await endpoint.revoke({ accessToken: 'canary', refreshToken: 'canary' }, {})

    expect(sent.map(({ url }) => url).join()).not.toContain('canary')
    expect(JSON.stringify([answer, error]) + String(error)).not.toContain('canary')
  })
})

describe('a sign-in', () => {
  it('passes on what it was given, and the token of the session it replaces', async () => {
    const { sent, endpoint } = endpointOf(() => Response.json(TOKENS))
    const credentials = { email: 'ada@bar.test', password: 'p', tenant: 't' }
    await endpoint.login(credentials, { remember: false, accessToken: 'old' })

    expect(JSON.parse(String(sent[0]?.init.body))).toEqual({ ...credentials, remember: false })
    expect(new Headers(sent[0]?.init.headers).get('authorization')).toBe('Bearer old')
  })

  it.each([
    [401, '{"code":"invalid_credentials"}', 'invalid-credentials', false],
    [401, '{"error":"nope"}', 'rejected', false],
    [401, '', 'rejected', false],
    [409, '{"code":"email_taken"}', 'rejected', false],
    [422, '{"code":"password_rejected"}', 'rejected', false],
    [429, '{"code":"rate_limited"}', 'unreachable', true],
    [408, '{}', 'unreachable', true],
    [503, '{"code":"temporarily_unavailable"}', 'unreachable', true],
    [403, '<html>', 'unreachable', true],
    [200, '{}', 'unreachable', true],
    [200, '<html>', 'unreachable', true],
  ])('D03: rejects for %i %s with %s', async (status, body, code, retryable) => {
    const { endpoint } = endpointOf(() => new Response(body, { status }))
    const signingIn = endpoint.login({ password: 'p' }, { remember: true, accessToken: null })
    await expect(signingIn).rejects.toMatchObject({ name: 'SessionError', code, retryable, status })
  })

  it.each([
    [
      ['too_short', 'contains_email'],
      ['too_short', 'contains_email'],
    ],
    [['too_short', 'srt1_A', 'the password is p', 7, null, ''], ['too_short']],
    ['too_short', []],
    [undefined, []],
  ])('passes on the words in which the server says what was wrong: %j', async (reasons, words) => {
    const body = { code: 'password_rejected', detail: 'p is too short', reasons }
    const { endpoint } = endpointOf(() => Response.json(body, { status: 422 }))
    const error = await endpoint
      .register({ email: 'a', password: 'p' }, { remember: true })
      .catch((failure: unknown) => failure)

    expect(error).toMatchObject({ serverCode: 'password_rejected', reasons: words })
    expect(String(error) + JSON.stringify(error)).not.toContain('is too short')
  })

  it('rejects with what went wrong on the way', async () => {
    const cause = new TypeError('offline')
    const { endpoint } = endpointOf(() => Promise.reject(cause))
    await expect(
      endpoint.register({ email: 'a', password: 'p' }, { remember: true }),
    ).rejects.toMatchObject({ code: 'unreachable', cause })
  })
})

describe('a sign-out', () => {
  it.each([
    [200, true],
    [204, true],
    [500, false],
    [403, false],
  ])('E04: is acknowledged by %i: %s', async (status, isAcknowledged) => {
    const { sent, endpoint } = endpointOf(() => new Response(null, { status }))
    expect(await endpoint.revoke({ accessToken: 'a', refreshToken: 'r' }, {})).toBe(isAcknowledged)
    // The page may be left in the same moment.
    expect(sent[0]?.init).toMatchObject({ keepalive: true, body: '{"refresh_token":"r"}' })
  })

  it('E04: is not acknowledged without a network, and throws nothing', async () => {
    const { endpoint } = endpointOf(() => Promise.reject(new TypeError('offline')))
    expect(await endpoint.revoke({ accessToken: 'a', refreshToken: null }, {})).toBe(false)
  })
})

describe('a call with an access token', () => {
  it('is refused by a 401, or asked for a more recent sign-in', async () => {
    const refused = endpointOf(() => new Response(null, { status: 401 }))
    expect(await refused.endpoint.listSessions('a', {})).toEqual({ is: 'refused' })

    const stepUp = endpointOf(() =>
      Response.json({ code: 'insufficient_user_authentication', max_age: 900 }, { status: 401 }),
    )
    expect(await stepUp.endpoint.revokeAll('a', { keepCurrent: true })).toEqual({
      is: 'step-up',
      challenge: { maxAge: 900_000, acrValues: [] },
    })
  })

  it('lists sessions, also those that older servers describe more briefly', async () => {
    const session = { id: 's1', created_at: '2030-01-01', last_seen_at: '2030-01-02' }
    const { endpoint } = endpointOf(() => Response.json({ sessions: [session] }))
    expect(await endpoint.listSessions('a', {})).toEqual({
      is: 'answered',
      value: [
        {
          id: 's1',
          current: false,
          clientId: null,
          device: { label: '', userAgent: null },
          ip: null,
          createdAt: '2030-01-01',
          lastSeenAt: '2030-01-02',
          expiresAt: null,
        },
      ],
    })
  })

  it.each(['[]', '{}', '{"sessions":5}', '{"sessions":[{}]}', 'text'])(
    'says so where a list of sessions is %s',
    async body => {
      const { endpoint } = endpointOf(() => new Response(body))
      await expect(endpoint.listSessions('a', {})).rejects.toMatchObject({ code: 'rejected' })
    },
  )

  it('escapes the id of the session it ends', async () => {
    const { sent, endpoint } = endpointOf(() => new Response(null, { status: 204 }))
    expect(await endpoint.revokeSession('a', '../me?x#y', {})).toEqual({
      is: 'answered',
      value: undefined,
    })
    expect(sent[0]?.url).toBe('/api/auth/sessions/..%2Fme%3Fx%23y')
  })

  it('counts what was ended, zero where the server does not say', async () => {
    for (const [body, revoked] of [
      ['{"revoked":3}', 3],
      ['{}', 0],
      ['', 0],
    ] as const) {
      const { endpoint } = endpointOf(() => new Response(body))
      expect(await endpoint.revokeAll('a', { keepCurrent: false })).toEqual({
        is: 'answered',
        value: { revoked },
      })
    }
  })
})
