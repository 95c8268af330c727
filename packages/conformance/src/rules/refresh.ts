import { memberOf } from '../client/answer.ts'
import { endings, flaws, grantSchemas, problemSchema } from '../contract/answers.ts'
import type { Rule } from '../rule.ts'
import { given, must } from '../verdict.ts'
import { refusal, renewal, whoIsNobody, wrongPassword } from './stories.ts'

export const refreshRules: readonly Rule[] = [
  {
    id: 'refresh-answer',
    level: 'signed-in',
    title: 'A refresh gives tokens, and they work',
    why: 'Without it people sign in again whenever an access token ends.',
    source: 'RFC 6749 §6',
    async check(client) {
      const { answer, me } = await client.once(renewal)
      const lacks = flaws(grantSchemas[client.transport], answer.body)
      must(answer, 'what a sign-in is answered with', me !== null, lacks)
      if (me !== null) must(me, '200', me.status === 200)
    },
  },
  {
    id: 'refused-refresh-401',
    level: 'signed-in',
    title: 'A refresh that is refused is 401',
    why: 'It is the one answer that ends a session. Anything else reads as a disturbance, and people stay in an app that cannot do anything.',
    source: 'contract: POST /refresh',
    async check(client) {
      const { answer } = await client.once(refusal)
      must(answer, '401', answer.status === 401)
    },
  },
  {
    id: 'refused-refresh-code',
    level: 'signed-in',
    title: 'A refused refresh says in a code why',
    why: 'People are told the right reason: expired, signed out elsewhere, or that somebody had a copy.',
    source: 'contract: POST /refresh, RFC 9457',
    async check(client) {
      const { answer } = await client.once(refusal)
      given(answer.status === 401, 'the refusal is no 401 (refused-refresh-401)')
      const code = memberOf(answer.body, 'code')
      const isKnown = endings.some(one => one === code)
      must(answer, `one of the codes ${endings.join(', ')}`, isKnown)
    },
  },
  {
    id: 'nonsense-ends-nothing',
    level: 'signed-in',
    title: 'A refresh that cannot be read is 400 or 422, and nobody is signed out',
    why: 'A mistake of a client, or of a proxy that cuts bodies, must not look like the end of a session.',
    source: 'RFC 9110 §15.5.1, §15.5.21',
    transports: ['bearer'],
    async check(client) {
      const answer = await client.ask({
        method: 'POST',
        path: '/refresh',
        body: '{ "refresh_token": ',
        note: 'with JSON that ends in the middle',
      })
      const ends = endings.some(code => code === memberOf(answer.body, 'code'))
      const isRefused = answer.status === 400 || answer.status === 422
      must(answer, '400 or 422, without a code that ends sessions', isRefused && !ends)
    },
  },
  {
    id: 'forgery-harmless',
    level: 'signed-in',
    title: 'A forged refresh token ends nobody’s session',
    why: 'Otherwise whoever knows the look of a token can sign others out.',
    source: 'RFC 9700 §4.14.2',
    async check(client) {
      const { me } = await client.once(refusal)
      must(me, '200', me.status === 200)
    },
  },
  {
    id: 'problem-documents',
    level: 'hardened',
    title: 'Refusals are problem documents',
    why: 'One shape for all of them, so that clients and people who read logs need not guess.',
    source: 'RFC 9457',
    async check(client) {
      const refusals = [
        await client.once(wrongPassword),
        (await client.once(refusal)).answer,
        await client.once(whoIsNobody),
      ]
      for (const answer of refusals) {
        given(answer.status >= 400, `${answer.sent} is not refused`)
        const type = answer.headers.get('Content-Type') ?? 'no type'
        const lacks = flaws(problemSchema, answer.body)
        const isProblem = type.startsWith('application/problem+json') && lacks === ''
        const expected = 'application/problem+json with type, title, status and code'
        must(answer, expected, isProblem, lacks === '' ? type : lacks)
      }
    },
  },
]
