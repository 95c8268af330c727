import { isOk } from '../client/answer.ts'
import type { Client } from '../client/client.ts'
import { flaws, revokedSchema } from '../contract/answers.ts'
import type { Rule } from '../rule.ts'
import { given, must } from '../verdict.ts'
import { signOut } from './stories.ts'

export const signOutRules: readonly Rule[] = [
  {
    id: 'logout-answer',
    level: 'signed-in',
    title: 'A sign-out is answered with success',
    why: 'A client that is not told so repeats it, for weeks if need be.',
    source: 'RFC 7009 §2.2',
    async check(client) {
      const { answer } = await client.once(signOut)
      must(answer, '200 or 204', isOk(answer))
    },
  },
  {
    id: 'logout-leaves-others',
    level: 'signed-in',
    title: 'A sign-out ends this session and no other',
    why: 'Signing out at the till must not sign the same person out at home.',
    source: 'contract: POST /logout',
    async check(client) {
      const { others } = await client.once(signOut)
      must(others, '200', isOk(others))
    },
  },
  {
    id: 'logout-ends-refresh',
    level: 'theft',
    title: 'After a sign-out the refresh token is worth nothing',
    why: 'On a shared computer the next person would simply go on.',
    source: 'ASVS 7.4.1',
    async check(client) {
      const { grant, refreshed } = await client.once(signOut)
      must(refreshed, 'no tokens', client.granted(refreshed, grant) === null)
    },
  },
  {
    id: 'logout-ends-access',
    level: 'theft',
    title: 'After a sign-out the access token is worth nothing',
    why: 'A copy of it would otherwise be good for the rest of its life.',
    source: 'ASVS 7.4.1',
    async check(client) {
      const { me } = await client.once(signOut)
      must(me, '401', !isOk(me))
    },
  },
  {
    id: 'logout-tells-nothing',
    level: 'hardened',
    title: 'A sign-out with an unknown token gets the same answer',
    why: 'It must not be a way to find out whether a token is good.',
    source: 'RFC 7009 §2.2',
    async check(client) {
      const { answer, unknown } = await client.once(signOut)
      given(isOk(answer), 'a sign-out is refused (logout-answer)')
      must(unknown, `${answer.status}, as with a known one`, unknown.status === answer.status)
    },
  },
  {
    id: 'logout-needs-post',
    level: 'hardened',
    title: 'GET /logout signs nobody out',
    why: 'An image on any page can send that.',
    source: 'ASVS 3.5.3, RFC 9110 §9.2.1',
    async check(client) {
      const grant = await client.shared()
      await client.as(grant, { method: 'GET', path: '/logout' })
      const me = await client.me(grant, 'after GET /logout')
      must(me, '200', isOk(me))
    },
  },
]

/** These end all sessions of the user, and so come when the others are done. */
export const signOutEverywhereRules: readonly Rule[] = [
  {
    id: 'logout-others',
    level: 'theft',
    title: 'Signing out elsewhere ends the other sessions and leaves this one',
    why: 'It is what people do who have lost a phone, and they expect to stay signed in here.',
    source: 'ASVS 7.5.2, contract: keep_current',
    async check(client) {
      const { answer, here, elsewhere } = await client.once(signOutElsewhere)
      must(answer, '200', isOk(answer))
      must(elsewhere, 'no tokens', client.granted(elsewhere) === null)
      must(here, '200', isOk(here))
    },
  },
  {
    id: 'logout-everywhere',
    level: 'theft',
    title: 'Signing out everywhere ends all sessions and counts them',
    why: 'Whoever fears that somebody else is in wants to be sure that nobody is left.',
    source: 'ASVS 7.5.2',
    async check(client) {
      const one = await client.signIn()
      const other = await client.signIn()
      const answer = await client.logoutAll(one)
      const lacks = flaws(revokedSchema, answer.body)
      must(answer, '200 with the number of sessions in "revoked"', isOk(answer) && !lacks, lacks)
      for (const grant of [one, other]) {
        const note = 'after signing out everywhere'
        const refreshed = await client.refresh(grant, { note })
        must(refreshed, 'no tokens', client.granted(refreshed, grant) === null)
      }
    },
  },
]

async function signOutElsewhere(client: Client) {
  const mine = await client.signIn()
  const lost = await client.signIn()
  return {
    answer: await client.logoutAll(mine, { keep_current: true }),
    elsewhere: await client.refresh(lost, { note: 'of a session that was signed out elsewhere' }),
    here: await client.me(mine, 'of the session that was to stay'),
  }
}
