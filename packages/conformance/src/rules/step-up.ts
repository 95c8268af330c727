import { randomUUID } from 'node:crypto'
import { type Answer, isOk, memberOf } from '../client/answer.ts'
import type { Client } from '../client/client.ts'
import { afterGrace, type Rule } from '../rule.ts'
import { given, must } from '../verdict.ts'
import { isOffered } from './stories.ts'

const tooOld = 'insufficient_user_authentication'

/** What wants a recent sign-in (RFC 9470), and what comes of asking for the password again. */
export const stepUpRules: readonly Rule[] = [
  {
    id: 'reauth-wrong-password',
    level: 'signed-in',
    title: 'A wrong password where it is asked for again is 401, and the session lives',
    why: 'Who mistypes it while changing something would be signed out, and lose what they were at.',
    source: 'ASVS 7.5.1, contract: POST /reauthenticate',
    async check(client) {
      const { wrong, me } = await client.once(reauthentication)
      isOffered(wrong, 'asks for the password again')
      const isSaid = memberOf(wrong.body, 'code') === 'invalid_credentials'
      must(wrong, '401 with code "invalid_credentials"', wrong.status === 401 && isSaid)
      must(me, '200', isOk(me))
    },
  },
  {
    id: 'reauth-answer',
    level: 'hardened',
    title: 'The password, given again, brings other tokens of the same session',
    why: 'What was asked for can then be done. Tokens of before that point prove less, and should not live on.',
    source: 'ASVS 7.2.4, contract: POST /reauthenticate',
    async check(client) {
      const { grant, me, right } = await client.once(reauthentication)
      isOffered(right, 'asks for the password again')
      given(isOk(me), 'a wrong password has ended the session (reauth-wrong-password)')
      const next = client.granted(right, grant)
      must(right, '200 with tokens', next !== null)
      must(right, 'the session.id of before', next?.sessionId === grant.sessionId)
      must(right, 'another refresh token', next?.refreshToken !== grant.refreshToken)
    },
  },
  afterGrace(oldSignIn, {
    id: 'step-up-challenge',
    level: 'hardened',
    title:
      'An old sign-in does not end other sessions: it is asked for the password, by a challenge',
    why: 'Whoever finds a screen unlocked, or has a copy of a token, could otherwise throw the owner out.',
    source: 'ASVS 7.5.1, RFC 9470 §3',
    check({ answer, me }) {
      const isSaid = memberOf(answer.body, 'code') === tooOld
      must(answer, `401 with code "${tooOld}"`, answer.status === 401 && isSaid)
      const challenge = answer.headers.get('WWW-Authenticate')
      given(challenge !== null, 'the 401 has no WWW-Authenticate (challenge)')
      const isChallenged = challenge.includes(`error="${tooOld}"`)
      must(answer, `error="${tooOld}" in WWW-Authenticate`, isChallenged, 'without that')
      must(me, '200', isOk(me))
    },
  }),
]

/** Gives a wrong password again, and then the right one. */
async function reauthentication(client: Client) {
  const grant = await client.signIn()
  const wrong: Answer = await client.reauthenticate(grant, {
    body: { password: `not-${randomUUID()}` },
    note: 'the password is wrong',
  })
  const me = await client.me(grant, 'after a wrong password was given again')
  return { grant, wrong, me, right: await client.reauthenticate(grant) }
}

/** Signs the others out, by a session that was begun long ago and has been refreshed since. */
export async function oldSignIn(client: Client) {
  const { stepUp } = client
  given(stepUp !== undefined, 'nobody said how old a sign-in may be (--step-up)')
  const first = await client.signIn()
  return async () => {
    const grant = await client.renew(first)
    const answer = await client.logoutAll(grant, { keep_current: true })
    return { answer, me: await client.me(grant, 'after it was asked for the password') }
  }
}
