import { randomUUID } from 'node:crypto'
import { isOk } from '../client/answer.ts'
import type { Client } from '../client/client.ts'
import { flaws, listSchema, sessionSchema } from '../contract/answers.ts'
import type { Rule } from '../rule.ts'
import { given, must } from '../verdict.ts'
import { listing } from './stories.ts'

export const sessionListRules: readonly Rule[] = [
  {
    id: 'list-answer',
    level: 'theft',
    title: 'GET /sessions lists the sessions, the one that asks among them',
    why: 'A list of devices is how people notice one that is not theirs.',
    source: 'ASVS 7.5.2',
    async check(client) {
      const { mine, answer } = await client.once(listing)
      const lacks = flaws(listSchema, answer.body)
      must(answer, '200 with "sessions"', isOk(answer) && lacks === '', lacks)
      const isThere = sessionsIn(answer.body).some(({ id }) => id === mine.sessionId)
      must(answer, 'the session that asks', isThere, 'without it')
    },
  },
  {
    id: 'list-says-which',
    level: 'theft',
    title: 'A listed session says when it began, when it was last seen, and whether it asks',
    why: 'Nobody can end the right session in a list where all look alike.',
    source: 'ASVS 7.5.2, contract: Session',
    async check(client) {
      const { mine, answer } = await client.once(listing)
      const sessions = sessionsIn(answer.body)
      given(sessions.length > 0, 'there is no list (list-answer)')
      for (const session of sessions) {
        const lacks = flaws(sessionSchema, session)
        must(answer, 'id, current, created_at and last_seen_at in each', lacks === '', lacks)
      }
      const current = sessions.filter(({ current }) => current === true)
      const isMine = current.length === 1 && current[0]?.id === mine.sessionId
      must(answer, '"current": true in the one that asks', isMine, `in ${current.length} of them`)
    },
  },
  {
    id: 'list-no-credentials',
    level: 'hardened',
    title: 'The list of sessions holds no credential',
    why: 'Whoever reads one session over a shoulder, or by a script, must not get all of them.',
    source: 'ASVS 7.5.2, 14.2.6',
    async check(client) {
      const { answer } = await client.once(listing)
      given(isOk(answer), 'there is no list (list-answer)')
      const isTelling =
        client.isTelling(answer.text) || /"\w*(token|secret|hash)\w*"\s*:/i.test(answer.text)
      must(answer, 'no token, and no member named for one', !isTelling, 'with one')
    },
  },
  {
    id: 'list-is-private',
    level: 'hardened',
    title: 'Nobody else gets the list of sessions',
    why: 'It says where people are and what they use.',
    source: 'ASVS 8.2.2',
    async check(client) {
      const note = 'with nothing that proves who asks'
      const answer = await client.ask({ method: 'GET', path: '/sessions', note })
      must(answer, '401', answer.status === 401)
    },
  },
  {
    id: 'revoke-ends-session',
    level: 'theft',
    title: 'DELETE /sessions/:id ends a session at once',
    why: 'It is the button beside the phone that was stolen.',
    source: 'ASVS 7.5.2',
    async check(client) {
      const { answer, refreshed, me } = await client.once(revoking)
      must(answer, '204', isOk(answer))
      must(refreshed, 'no tokens', client.granted(refreshed) === null)
      must(me, '401', !isOk(me))
    },
  },
  {
    id: 'revoked-leaves-list',
    level: 'theft',
    title: 'A session that has ended leaves the list',
    why: 'People end it again and again, and believe that the thief comes back.',
    source: 'contract: GET /sessions',
    async check(client) {
      const { answer, id, list } = await client.once(revoking)
      given(isOk(answer), 'a session cannot be ended (revoke-ends-session)')
      given(listSchema.safeParse(list.body).success, 'there is no list (list-answer)')
      const isLeft = sessionsIn(list.body).some(session => session.id === id)
      must(list, 'a list without it', !isLeft, 'with it')
    },
  },
  {
    id: 'revoke-unknown-404',
    level: 'hardened',
    title: 'A session that is not one’s own is 404, like one that there is not',
    why: 'The answer must not tell which ids exist.',
    source: 'ASVS 8.2.2',
    async check(client) {
      const note = 'an id that no session has'
      const answer = await client.revoke(await client.shared(), randomUUID(), note)
      must(answer, '404', answer.status === 404)
    },
  },
]

async function revoking(client: Client) {
  const mine = await client.shared()
  const other = await client.signIn()
  const id = other.sessionId
  given(id !== null, 'sessions have no id (session-named)')
  return {
    id,
    answer: await client.revoke(mine, id),
    refreshed: await client.refresh(other, { note: 'of a session that was ended' }),
    me: await client.me(other, 'of a session that was ended'),
    list: await client.list(mine),
  }
}

const sessionsIn = (body: unknown) => listSchema.safeParse(body).data?.sessions ?? []
