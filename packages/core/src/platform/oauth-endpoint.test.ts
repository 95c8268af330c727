import { describe, expect, it } from 'vitest'
import { type OAuthEndpointOptions, oauthEndpoint } from './oauth-endpoint.ts'

const TOKENS = { access_token: 'a', refresh_token: 'r', expires_in: 60, token_type: 'Bearer' }
const TOKEN_URL = 'https://id.test/token'
const REVOCATION_URL = 'https://id.test/revoke'

interface Sent {
  readonly url: string
  readonly init: RequestInit
}

/** An endpoint whose server gives this answer to everything, and what it was sent. */
function endpointOf(
  answer: () => Response | Promise<Response>,
  options: Partial<OAuthEndpointOptions> = {},
) {
  const sent: Sent[] = []
  const fetch: typeof globalThis.fetch = async (url, init = {}) => {
    sent.push({ url: String(url), init })
    return answer()
  }
  const endpoint = oauthEndpoint({
    tokenUrl: TOKEN_URL,
    revocationUrl: REVOCATION_URL,
    clientId: 'bar admin',
    fetch,
    ...options,
  })
  return { sent, endpoint }
}

function formOf(sent: Sent | undefined) {
  return Object.fromEntries(new URLSearchParams(String(sent?.init.body)))
}

const bodies = {
  none: '',
  invalid_grant: '{"error":"invalid_grant","error_description":"grant request is invalid"}',
  'invalid_grant beside a code': '{"error":"invalid_grant","code":"E42"}',
  invalid_client: '{"error":"invalid_client"}',
  unauthorized_client: '{"error":"unauthorized_client"}',
  unsupported_grant_type: '{"error":"unsupported_grant_type"}',
  invalid_scope: '{"error":"invalid_scope"}',
  invalid_request: '{"error":"invalid_request"}',
  temporarily_unavailable: '{"error":"temporarily_unavailable"}',
  'a code of its own': '{"code":"invalid_grant"}',
  'an error that is no text': '{"error":["invalid_grant"]}',
  'a list': '["invalid_grant"]',
  html: '<html>invalid_grant</html>',
  'half of it': '{"error":"invalid_grant"',
}
const statuses = [200, 201, 302, 400, 401, 403, 404, 405, 408, 410, 422, 429, 500, 502, 503, 504]

describe('an answer to the refresh', () => {
  it.each(statuses)('C03, C04: %i is a denial for invalid_grant only', async status => {
    for (const [name, body] of Object.entries(bodies)) {
      const { endpoint } = endpointOf(() => new Response(body, { status }))
      const isDenied = [400, 401, 403].includes(status) && name.startsWith('invalid_grant')
      expect({ name, is: (await endpoint.refresh('r', {})).is }).toEqual({
        name,
        is: isDenied ? 'denied' : 'unreachable',
      })
    }
  })

  it('has one reason for every denial: OAuth has one word for all of them', async () => {
    const { endpoint } = endpointOf(() => new Response(bodies.invalid_grant, { status: 400 }))
    expect(await endpoint.refresh('r', {})).toEqual({ is: 'denied', reason: 'revoked' })
  })

  it('says which mistake it was where the client is configured wrongly', async () => {
    const { endpoint } = endpointOf(() => new Response(bodies.invalid_client, { status: 401 }))
    expect(await endpoint.refresh('r', {})).toMatchObject({
      is: 'unreachable',
      cause: { status: 401, serverCode: 'invalid_client' },
    })
  })

  it('grants tokens, with or without a new refresh token', async () => {
    const { refresh_token, ...kept } = TOKENS
    for (const tokens of [TOKENS, kept]) {
      const { endpoint } = endpointOf(() => Response.json(tokens))
      expect(await endpoint.refresh('r', {})).toEqual({ is: 'granted', tokens })
    }
  })

  it.each([
    [200, '{}'],
    [200, '{"access_token":""}'],
    [200, '{"access_token":"a\\nb"}'],
    [500, JSON.stringify(TOKENS)],
  ])('grants nothing for %i %s', async (status, body) => {
    const { endpoint } = endpointOf(() => new Response(body, { status }))
    expect(await endpoint.refresh('r', {})).toMatchObject({ is: 'unreachable' })
  })

  it('passes on how long the server wants to be left alone', async () => {
    const headers = { 'retry-after': '7' }
    const { endpoint } = endpointOf(() => new Response('', { status: 503, headers }))
    expect(await endpoint.refresh('r', {})).toMatchObject({ retryAfter: 7_000 })
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
})

describe('a refresh', () => {
  it('K09: is one form-encoded POST that nothing on the way may answer', async () => {
    const { sent, endpoint } = endpointOf(() => Response.json(TOKENS))
    const { signal } = new AbortController()
    await endpoint.refresh('r&1', { signal })

    expect(sent).toMatchObject([
      {
        url: TOKEN_URL,
        init: {
          method: 'POST',
          cache: 'no-store',
          redirect: 'error',
          referrerPolicy: 'no-referrer',
          signal,
        },
      },
    ])
    expect(formOf(sent[0])).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'r&1',
      client_id: 'bar admin',
    })
  })

  it('needs no preflight on another origin', async () => {
    const { sent, endpoint } = endpointOf(() => Response.json(TOKENS))
    await endpoint.refresh('r', {})
    const { headers } = new Request(TOKEN_URL, sent[0]?.init)
    expect(Object.fromEntries(headers)).toEqual({
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded;charset=UTF-8',
    })
  })

  it('asks for a scope where one is given', async () => {
    const { sent, endpoint } = endpointOf(() => Response.json(TOKENS), { scope: 'openid bar' })
    await endpoint.refresh('r', {})
    expect(formOf(sent[0])).toMatchObject({ scope: 'openid bar' })
  })

  it('puts no token into a URL, and none into an error', async () => {
    const { sent, endpoint } = endpointOf(() => Response.json({ error: 'nope' }, { status: 400 }))
    const answer = await endpoint.refresh('canary', {})
    await endpoint.revoke({ accessToken: 'canary', refreshToken: 'canary' }, {})

    expect(sent.map(({ url }) => url)).toEqual([TOKEN_URL, REVOCATION_URL])
    const cause = answer.is === 'unreachable' ? answer.cause : null
    expect(cause).toBeInstanceOf(Error)
    expect(JSON.stringify(answer) + String(cause)).not.toContain('canary')
  })
})

describe('a sign-out', () => {
  it('revokes the refresh token, also where the page is left in the same moment', async () => {
    const { sent, endpoint } = endpointOf(() => new Response(''))
    expect(await endpoint.revoke({ accessToken: 'a', refreshToken: 'r' }, {})).toBe(true)
    expect(sent).toMatchObject([
      { url: REVOCATION_URL, init: { method: 'POST', keepalive: true, redirect: 'error' } },
    ])
    expect(formOf(sent[0])).toEqual({
      token: 'r',
      token_type_hint: 'refresh_token',
      client_id: 'bar admin',
    })
  })

  it('revokes the access token where that is all there is', async () => {
    const { sent, endpoint } = endpointOf(() => new Response(''))
    await endpoint.revoke({ accessToken: 'a', refreshToken: null }, {})
    expect(formOf(sent[0])).toMatchObject({ token: 'a', token_type_hint: 'access_token' })
  })

  it('has nothing to tell without tokens, or without a revocation endpoint', async () => {
    const { sent, endpoint } = endpointOf(() => new Response(''))
    expect(await endpoint.revoke({ accessToken: null, refreshToken: null }, {})).toBe(true)
    expect(sent).toEqual([])

    const fetch = () => Promise.reject(new TypeError('told'))
    const silent = oauthEndpoint({ tokenUrl: TOKEN_URL, clientId: 'c', fetch })
    expect(await silent.revoke({ accessToken: 'a', refreshToken: 'r' }, {})).toBe(true)
  })

  it.each([400, 401, 429, 503])('E04: is not acknowledged by %i', async status => {
    const { endpoint } = endpointOf(() => new Response('{"error":"no"}', { status }))
    expect(await endpoint.revoke({ accessToken: 'a', refreshToken: 'r' }, {})).toBe(false)
  })

  it('E04: is not acknowledged without a network, and throws nothing', async () => {
    const { endpoint } = endpointOf(() => Promise.reject(new TypeError('offline')))
    expect(await endpoint.revoke({ accessToken: 'a', refreshToken: 'r' }, {})).toBe(false)
  })
})

describe('what OAuth does not have', () => {
  const { sent, endpoint } = endpointOf(() => Response.json(TOKENS))

  it.each([
    ['login', () => endpoint.login({ password: 'p' }, { remember: true, accessToken: null })],
    ['register', () => endpoint.register({ email: 'e', password: 'p' }, { remember: true })],
  ])('%s says how to sign in instead', async (_, call) => {
    await expect(call()).rejects.toMatchObject({
      code: 'rejected',
      retryable: false,
      message: expect.stringMatching(/authorization code flow.*session\.adopt/),
    })
    expect(sent).toEqual([])
  })

  it.each([
    ['revokeAll', () => endpoint.revokeAll('a', { keepCurrent: false })],
    ['listSessions', () => endpoint.listSessions('a', {})],
    ['revokeSession', () => endpoint.revokeSession('a', 'id', {})],
  ])('%s says that there is no such call', async (_, call) => {
    await expect(call()).rejects.toMatchObject({ code: 'rejected', retryable: false })
    expect(sent).toEqual([])
  })
})

describe('a mistake in the options', () => {
  it.each([
    [{ tokenUrl: '' }, 'oauthEndpoint: "tokenUrl" has to be given; got \'\'.'],
    [{ clientId: undefined }, 'oauthEndpoint: "clientId" has to be given; got undefined.'],
  ])('is a TypeError: %j', (mistake, message) => {
    const given = { tokenUrl: TOKEN_URL, clientId: 'c', ...mistake }
    // As an app without types may call it.
    expect(() => oauthEndpoint(given as OAuthEndpointOptions)).toThrow(new TypeError(message))
  })
})
