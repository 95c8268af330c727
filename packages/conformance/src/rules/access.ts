import { isOk, memberOf } from '../client/answer.ts'
import { forge } from '../client/grant.ts'
import { flaws, namedSchema } from '../contract/answers.ts'
import type { Rule } from '../rule.ts'
import { given, must } from '../verdict.ts'
import { whoAmI, whoIsNobody } from './stories.ts'
import { movedOn, unsigned } from './tampered.ts'

export const accessRules: readonly Rule[] = [
  {
    id: 'me-answer',
    level: 'hardened',
    title: 'GET /me says who is signed in',
    why: 'It is how a page that has only a session finds out whose it is.',
    source: 'contract: GET /me',
    async check(client) {
      const answer = await client.once(whoAmI)
      const lacks = flaws(namedSchema, answer.body)
      must(answer, '200 with user and session', isOk(answer) && lacks === '', lacks)
    },
  },
  {
    id: 'nothing-shown-401',
    level: 'signed-in',
    title: 'A request without a credential is 401',
    why: 'A redirect to a login page, or a 200 that says "no", is taken for an answer by clients.',
    source: 'RFC 9110 §15.5.2',
    async check(client) {
      const answer = await client.once(whoIsNobody)
      must(answer, '401', answer.status === 401)
    },
  },
  {
    id: 'bad-access-401',
    level: 'signed-in',
    title: 'A credential that is not good is 401',
    why: 'Clients refresh on 401 and on nothing else: with 403 the user is stuck until a reload.',
    source: 'RFC 6750 §3.1',
    async check(client) {
      const forged = forge(await client.shared())
      const answer = await client.me(forged, 'with a credential that was never given')
      must(answer, '401', answer.status === 401)
    },
  },
  {
    id: 'challenge',
    level: 'hardened',
    title: 'A 401 names its scheme in WWW-Authenticate',
    why: 'It must be there by the standard; clients tell by it what is asked for.',
    source: 'RFC 9110 §11.6.1, RFC 6750 §3',
    async check(client) {
      const answer = await client.once(whoIsNobody)
      given(answer.status === 401, 'there is no 401 to look at (nothing-shown-401)')
      const remark = 'without that header'
      must(answer, 'a WWW-Authenticate header', answer.headers.has('WWW-Authenticate'), remark)
    },
  },
  {
    id: 'signature-checked',
    level: 'hardened',
    title: 'An access token counts only with its signature',
    why: 'Otherwise everybody writes their own token, with any name and any role in it.',
    source: 'ASVS 9.1.1, 9.1.2, RFC 8725 §3.1',
    transports: ['bearer', 'split'],
    async check(client) {
      const grant = await client.shared()
      const tampered = {
        'with the token\'s claims and "alg": "none"': unsigned(grant.accessToken ?? ''),
        'with other claims under the same signature': movedOn(grant.accessToken ?? ''),
      }
      for (const [note, accessToken] of Object.entries(tampered)) {
        given(accessToken !== null, 'the access token is no JWT')
        const answer = await client.me({ ...grant, accessToken }, note)
        must(answer, '401', !isOk(answer))
      }
    },
  },
  {
    id: 'token-kinds',
    level: 'hardened',
    title: 'Neither kind of token passes for the other',
    why: 'An access token that can be refreshed never ends; a refresh token that opens doors is sent to all of them.',
    source: 'ASVS 9.2.2, RFC 8725 §3.11',
    transports: ['bearer'],
    async check(client) {
      const grant = await client.shared()
      const asAccess = { ...grant, accessToken: grant.refreshToken }
      const access = await client.me(asAccess, 'with the refresh token as access token')
      must(access, '401', !isOk(access))
      const refreshed = await client.refresh(
        { ...grant, refreshToken: grant.accessToken ?? '' },
        { note: 'with the access token as refresh token' },
      )
      must(refreshed, '401', client.granted(refreshed) === null)
    },
  },
  {
    id: 'token-in-url',
    level: 'hardened',
    title: 'A token in the URL is not taken',
    why: 'URLs end up in logs, histories and Referer headers.',
    source: 'RFC 9700 §4.3.2, RFC 6750 §2.3',
    transports: ['bearer', 'split'],
    async check(client) {
      const { accessToken } = await client.shared()
      const query = `access_token=${encodeURIComponent(accessToken ?? '')}`
      const answer = await client.ask({ method: 'GET', path: `/me?${query}` })
      must(answer, '400 or 401', memberOf(answer.body, 'user') === undefined)
    },
  },
]
