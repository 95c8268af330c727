import { isOk, memberOf } from '../client/answer.ts'
import type { Client } from '../client/client.ts'
import { flaws, grantSchemas, namedSchema } from '../contract/answers.ts'
import type { Rule } from '../rule.ts'
import { given, must } from '../verdict.ts'
import { firstLogin, renewal, unknownUser, wrongPassword } from './stories.ts'

const year = 365 * 24 * 60 * 60

export const signInRules: readonly Rule[] = [
  {
    id: 'login-answer',
    level: 'signed-in',
    title: 'A sign-in gives the tokens of its transport',
    why: 'A client that is not told its tokens in the agreed words cannot keep anybody signed in.',
    source: 'RFC 6749 §5.1',
    async check(client) {
      const answer = await client.once(firstLogin)
      const lacks = flaws(grantSchemas[client.transport], answer.body)
      const hasCookie = client.transport === 'bearer' || answer.cookies.length > 0
      const expected = {
        bearer: '200 with access_token, token_type Bearer, expires_in and refresh_token',
        split: '200 with access_token, token_type Bearer, expires_in and a cookie',
        cookie: '200 with JSON and a cookie',
      }[client.transport]
      const remark = hasCookie ? lacks : 'and no cookie'
      must(answer, expected, isOk(answer) && lacks === '' && hasCookie, remark)
    },
  },
  {
    id: 'expires-in-seconds',
    level: 'signed-in',
    title: 'expires_in counts seconds from now',
    why: 'Read as a duration, a moment lies decades ahead: the client never refreshes in time.',
    source: 'RFC 6749 §5.1',
    transports: ['bearer', 'split'],
    async check(client) {
      const answer = await client.once(firstLogin)
      const seconds = memberOf(answer.body, 'expires_in')
      given(typeof seconds === 'number', 'login gives no expires_in as a number')
      must(answer, 'an expires_in of less than a year', seconds > 0 && seconds < year)
    },
  },
  {
    id: 'session-named',
    level: 'signed-in',
    title: 'Tokens come with their user and session, which a refresh leaves as they are',
    why: 'Tabs tell by the session whether tokens are their own or of somebody who has signed in since.',
    source: 'contract: TokenResponse',
    async check(client) {
      const login = await client.once(firstLogin)
      must(login, 'user.id and session.id', isOk(login) && named(login.body) !== undefined)
      const { first, answer, next } = await client.once(renewal)
      given(next !== null, `${answer.sent} was answered ${answer.came}`)
      must(answer, 'the session.id of the sign-in', next.sessionId === first.sessionId)
      const isOther = next.sessionId !== named(login.body)?.session.id
      must(answer, 'a session.id that no other sign-in has', isOther)
    },
  },
  {
    id: 'wrong-password',
    level: 'signed-in',
    title: 'A wrong password is 401 invalid_credentials',
    why: 'People are told that the password is wrong, and not that the server cannot be reached.',
    source: 'ASVS 6.3.8, contract: POST /login',
    async check(client) {
      const answer = await client.once(wrongPassword)
      const isSaid = memberOf(answer.body, 'code') === 'invalid_credentials'
      must(answer, '401 with code "invalid_credentials"', answer.status === 401 && isSaid)
    },
  },
  {
    id: 'unknown-user-answer',
    level: 'hardened',
    title: 'An unknown user gets the answer of a wrong password',
    why: 'Otherwise anybody can find out who has an account.',
    source: 'ASVS 6.3.8',
    async check(client) {
      const known = await client.once(wrongPassword)
      const unknown = await client.once(unknownUser)
      const isSame =
        known.status === unknown.status &&
        memberOf(known.body, 'code') === memberOf(unknown.body, 'code') &&
        membersOf(known.body) === membersOf(unknown.body)
      must(unknown, `what a wrong password gets: ${known.came}`, isSame)
    },
  },
  {
    id: 'unknown-user-time',
    level: 'hardened',
    title: 'An unknown user is answered after the time that a wrong password takes',
    why: 'Who has an account can be read off a stopwatch where only theirs is hashed.',
    source: 'ASVS 6.3.8',
    async check(client) {
      await client.once(unknownUser) // the first of its kind may have something to prepare
      // Chance and a busy machine can make a difference once, but not twice.
      const first = await takeTimes(client)
      if (!isApart(first)) return
      const { last, known, unknown } = await takeTimes(client)
      const remark = `after ${figures(unknown)} ms, and a wrong password after ${figures(known)} ms`
      must(last, 'about the same time for both', !isApart({ known, unknown }), remark)
    },
  },
]

const named = (body: unknown) => namedSchema.safeParse(body).data

const membersOf = (body: unknown) =>
  typeof body === 'object' && body !== null ? Object.keys(body).sort().join() : typeof body

const figures = (samples: readonly number[]) => samples.map(Math.round).join(', ')

/** Four of each, in turns, so that what else the machine does falls on both. */
async function takeTimes(client: Client) {
  await client.signIn() // forgives the attempts so far
  const known: number[] = []
  const unknown: number[] = []
  for (;;) {
    const wrong = await wrongPassword(client)
    const last = await unknownUser(client)
    given(
      wrong.status !== 429 && last.status !== 429,
      'sign-ins are limited before four samples of each are taken',
    )
    known.push(wrong.milliseconds)
    unknown.push(last.milliseconds)
    if (known.length === 4) return { last, known, unknown }
  }
}

type Times = Pick<Awaited<ReturnType<typeof takeTimes>>, 'known' | 'unknown'>

/** Whether two kinds of answers can be told apart by a stopwatch: no overlap, and far from each other. */
function isApart({ known, unknown }: Times): boolean {
  const gap = Math.max(
    Math.min(...known) - Math.max(...unknown),
    Math.min(...unknown) - Math.max(...known),
  )
  return gap > 10 && gap > Math.min(...known, ...unknown) / 2
}
