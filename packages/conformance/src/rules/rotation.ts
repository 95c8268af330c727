import { isOk, memberOf } from '../client/answer.ts'
import type { Client } from '../client/client.ts'
import { afterGrace, type Rule } from '../rule.ts'
import { given, must } from '../verdict.ts'
import { renewal } from './stories.ts'

export const rotationRules: readonly Rule[] = [
  {
    id: 'refresh-rotates',
    level: 'theft',
    title: 'A refresh gives another refresh token',
    why: 'A copied token that never changes is good for as long as the session, and nobody can tell.',
    source: 'RFC 9700 §4.14.2, ASVS 10.4.5',
    async check(client) {
      const { first, answer, next } = await client.once(renewal)
      given(next !== null, 'a refresh gives nothing (refresh-answer)')
      const remark = 'with the token that was sent'
      must(answer, 'another refresh token', next.refreshToken !== first.refreshToken, remark)
    },
  },
  afterGrace(stolenToken, {
    id: 'reuse-refused',
    level: 'theft',
    title: 'A token whose successor is in use is refused when the grace is over',
    why: 'Whoever copied it could otherwise go on with it whenever they like.',
    source: 'RFC 9700 §4.14.2',
    check({ client, first, reuse }) {
      must(reuse, 'no tokens', client.granted(reuse, first) === null)
    },
  }),
  afterGrace(stolenToken, {
    id: 'reuse-ends-session',
    level: 'theft',
    title: 'The use of a stolen token ends the session, whoever has its newest tokens',
    why: 'The server cannot know which of the two is the thief, and the thief may be the one with the newest.',
    source: 'RFC 9700 §4.14.2, ASVS 10.4.5',
    check({ client, first, reuse, refreshed, me }) {
      given(client.granted(reuse, first) === null, 'it is not refused at all (reuse-refused)')
      must(refreshed, 'no tokens', client.granted(refreshed, first) === null)
      must(me, '401', !isOk(me))
    },
  }),
  afterGrace(stolenToken, {
    id: 'reuse-named',
    level: 'theft',
    title: 'The refusal of a stolen token says that it was used twice',
    why: 'It is the only moment at which people can be told that somebody may have had a copy.',
    source: 'contract: refresh_token_reused',
    check({ client, first, reuse }) {
      given(client.granted(reuse, first) === null, 'it is not refused at all (reuse-refused)')
      given(reuse.status === 401, 'the refusal is no 401 (refused-refresh-401)')
      const isNamed = memberOf(reuse.body, 'code') === 'refresh_token_reused'
      must(reuse, 'code "refresh_token_reused"', isNamed)
    },
  }),
  afterGrace(stolenToken, {
    id: 'reuse-told',
    level: 'theft',
    title: 'Whoever asks after that is told that the session ended because of a stolen token',
    why: 'The one who sets off the alarm is often the thief. The owner comes next, and is the one who can change the password.',
    source: 'contract: session_revoked, reason',
    check({ client, first, reuse, refreshed }) {
      given(client.granted(reuse, first) === null, 'it is not refused at all (reuse-refused)')
      const isEnded = client.granted(refreshed, first) === null && refreshed.status === 401
      given(isEnded, 'the session goes on (reuse-ends-session)')
      const isTold =
        memberOf(refreshed.body, 'code') === 'refresh_token_reused' ||
        memberOf(refreshed.body, 'reason') === 'reuse_detected'
      must(refreshed, 'reason "reuse_detected"', isTold)
    },
  }),
  afterGrace(burnedToken, {
    id: 'lost-token-burned',
    level: 'theft',
    title: 'Once a lost answer is made good, what was in it is worth nothing',
    why: 'It was lost on its way, perhaps to somebody who was listening.',
    source: 'contract: Rotation, burned generations',
    check({ client, lost, me, refreshed }) {
      must(me, '401', !isOk(me))
      must(refreshed, 'no tokens', client.granted(refreshed, lost) === null)
    },
  }),
]

/** Somebody has copied the first token; its owner has long gone on. */
async function stolenToken(client: Client) {
  const first = await client.signIn()
  const next = await client.renew(first)
  given(next.refreshToken !== first.refreshToken, 'tokens are not rotated (refresh-rotates)')
  await client.me(next)
  return async () => {
    const note = 'after the grace, with a token whose successor is in use'
    const reuse = await client.refresh(first, { note })
    const me = await client.me(next, 'with the newest tokens, after the reuse')
    const refreshed = await client.refresh(next, { note: 'with the newest token, after the reuse' })
    return { client, first, reuse, me, refreshed }
  }
}

/** An answer is lost, and made good when the grace is over. */
async function burnedToken(client: Client) {
  const first = await client.signIn()
  const lost = await client.renew(first)
  given(lost.refreshToken !== first.refreshToken, 'tokens are not rotated (refresh-rotates)')
  return async () => {
    const answer = await client.refresh(first)
    const made = client.granted(answer, first)
    given(made !== null, 'a lost answer is not made good (lost-answer-recovers)')
    given(made.refreshToken !== lost.refreshToken, 'what was lost is what was given again')
    await client.me(made)
    const me = await client.me(lost, 'with what was lost, after it was made good')
    const note = 'with the token that was lost, after it was made good'
    return { client, lost, me, refreshed: await client.refresh(lost, { note }) }
  }
}
