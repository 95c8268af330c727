import { expect, it } from 'vitest'
import { type CheckOptions, checkServer } from '../src/index.ts'
import { password, startBackend, user } from './support/backend.ts'

const check = (fetch: CheckOptions['fetch']) =>
  checkServer({ authUrl: 'https://bar.example/api/auth', user, password, fetch })

const refusal = (status: number, code: string) =>
  Response.json({ type: 'about:blank', title: 'No', status, code }, { status })

it.each<[string, () => Response, RegExp]>([
  [
    'a web page',
    () => new Response('<!doctype html>', { headers: { 'Content-Type': 'text/html' } }),
    /was answered 200 with text\/html, not JSON; is that where the endpoints are \(--auth-path\)\?$/,
  ],
  [
    'a redirect',
    () => new Response(null, { status: 302, headers: { Location: 'https://id.example' } }),
    /was answered 302 with no body; is that where the endpoints are \(--auth-path\)\?$/,
  ],
  [
    'nothing there',
    () => refusal(404, 'not_found'),
    /; is that where the endpoints are \(--auth-path\)\?$/,
  ],
  [
    'a wrong password',
    () => refusal(401, 'invalid_credentials'),
    /; are the user and the password right\?$/,
  ],
  [
    'a client that is not known',
    () => refusal(400, 'invalid_request'),
    /; does it know the client \(--client\)\?$/,
  ],
  [
    'more than anybody should answer',
    () => new Response(`{"a":"${'x'.repeat(300_000)}"}`),
    /was answered 200 with more than 256 KiB/,
  ],
])('says what to look into first: %s', async (_, answer, advice) => {
  await expect(check(async () => answer())).rejects.toThrow(advice)
})

it.each([
  ['ECONNREFUSED', /had no answer: nobody listens there \(ECONNREFUSED\)\.$/],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', /its certificate is not trusted; .* NODE_EXTRA_CA_CERTS/],
  ['EWHATEVER', /had no answer: EWHATEVER\.$/],
])('says in words why nobody answers: %s', async (code, words) => {
  const failing = async () => {
    throw new TypeError('fetch failed', { cause: Object.assign(new Error('it failed'), { code }) })
  }
  await expect(check(failing)).rejects.toThrow(words)
})

it('waits for a second limit of sign-ins, where there is one behind the first', async () => {
  const limits = ['7', '20']
  const waits: number[] = []
  const { check } = await startBackend({
    defect: backend => async request => {
      const seconds = request.url.endsWith('/login') && limits.shift()
      if (!seconds) return backend(request)
      return new Response(null, { status: 429, headers: { 'Retry-After': seconds } })
    },
  })
  const report = await check({
    slow: false,
    level: 'signed-in',
    wait: async milliseconds => void waits.push(milliseconds),
  })
  expect(waits).toEqual([7000, 20_000])
  expect(report.isPassed).toBe(true)
})
