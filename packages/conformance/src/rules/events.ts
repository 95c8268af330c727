import { isOk } from '../client/answer.ts'
import type { Client } from '../client/client.ts'
import type { Grant } from '../client/grant.ts'
import type { Stream } from '../client/stream.ts'
import type { Rule } from '../rule.ts'
import { deviating, given, must } from '../verdict.ts'

/** Seconds in which a stream has to end: with the news, or when the session is looked at again. */
const patience = 16

const step = 250

/** Streams of server-sent events, where there are any. */
export const eventRules: readonly Rule[] = [
  {
    id: 'events-private',
    level: 'hardened',
    title:
      'Events are streamed to whoever is signed in, by a header or a cookie, and to nobody else',
    why: 'A stream tells what happens to people, and a token in its URL ends up in every log on the way.',
    source: 'contract: GET /api/events, RFC 9700 §4.3.2',
    async check(client) {
      const grant = await client.shared()
      await (await openEvents(client, grant)).close()
      const nobody = await client.events(null, '', 'with nothing that proves who asks')
      await nobody.close()
      must(nobody.answer, '401', nobody.answer.status === 401)
      if (grant.accessToken === null) return
      const query = `?access_token=${encodeURIComponent(grant.accessToken)}`
      const byUrl = await client.events(null, query)
      await byUrl.close()
      must(byUrl.answer, '400 or 401', !isOk(byUrl.answer))
    },
  },
  {
    id: 'events-end',
    level: 'theft',
    title: 'A stream of events ends with its session',
    why: 'Whoever was signed out would go on hearing what happens, as long as the connection holds.',
    source: 'contract: GET /api/events',
    async check(client) {
      const grant = await client.signIn()
      const stream = await openEvents(client, grant)
      try {
        await client.logout(grant)
        const isLeft = isOk(await client.me(grant, 'after the sign-out'))
        given(!isLeft, 'the session goes on after a sign-out (logout-ends-access)')
        for (let waited = 0; !stream.isOver(); waited += step) {
          if (waited >= patience * 1000) {
            const expected = `the end of the stream within ${patience} seconds of the sign-out`
            throw deviating(stream.answer, expected, 'and it goes on')
          }
          await client.wait(step)
        }
      } finally {
        await stream.close()
      }
    },
  },
]

/** @throws {Undecided} where nothing is streamed to somebody who is signed in */
async function openEvents(client: Client, grant: Grant): Promise<Stream> {
  const stream = await client.events(grant)
  const { sent, came } = stream.answer
  given(stream.isStream, `nothing is streamed there (--events-path): ${sent} was answered ${came}`)
  return stream
}
