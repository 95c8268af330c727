import type { Answer } from '../client/answer.ts'
import type { Client } from '../client/client.ts'
import type { Rule } from '../rule.ts'
import { given, must } from '../verdict.ts'

const notAsked = 'no page was named that may call from elsewhere (--origin)'

export const otherOriginRules: readonly Rule[] = [
  {
    id: 'cors-allows-page',
    level: 'signed-in',
    title: 'An allowed page may refresh from its own origin',
    why: 'A preflight that is refused reaches the page as "network error": it waits for a network that is there.',
    source: 'Fetch, CORS preflight',
    async check(client) {
      const origin = allowed(client)
      const wanted = ['content-type', 'x-session-client']
      if (client.transport !== 'cookie') wanted.push('authorization')
      const answer = await client.ask({
        method: 'OPTIONS',
        path: '/refresh',
        headers: {
          Origin: origin,
          'Access-Control-Request-Method': 'POST',
          'Access-Control-Request-Headers': wanted.join(','),
        },
        note: `the preflight of ${origin}`,
      })
      const lists = (header: string) => listOf(answer, header)
      const isAllowed =
        answer.headers.get('Access-Control-Allow-Origin') === origin &&
        lists('Access-Control-Allow-Methods').includes('post') &&
        wanted.every(name => lists('Access-Control-Allow-Headers').includes(name)) &&
        (client.transport === 'bearer' ||
          answer.headers.get('Access-Control-Allow-Credentials') === 'true')
      const expected = `headers that allow ${origin} to POST with ${wanted.join(', ')}`
      must(answer, expected, answer.status < 300 && isAllowed, seen(answer))
    },
  },
  {
    id: 'cors-on-refusals',
    level: 'signed-in',
    title: 'An allowed page may read refusals, too',
    why: 'A 401 that the page may not read is a "network error" to it: the session seems to live for ever.',
    source: 'Fetch, CORS check',
    async check(client) {
      const origin = allowed(client)
      const answer = await asPageOf(client, origin)
      const isAllowed = answer.headers.get('Access-Control-Allow-Origin') === origin
      must(answer, `Access-Control-Allow-Origin: ${origin}`, isAllowed, seen(answer))
    },
  },
  {
    id: 'cors-exposes',
    level: 'hardened',
    title: 'An allowed page may read Retry-After and WWW-Authenticate',
    why: 'Without them a page does not know how long to wait, or that a password is asked for again.',
    source: 'Fetch, CORS check',
    async check(client) {
      const answer = await asPageOf(client, allowed(client))
      given(
        answer.headers.has('Access-Control-Allow-Origin'),
        'the page may read nothing at all (cors-on-refusals)',
      )
      const exposed = listOf(answer, 'Access-Control-Expose-Headers')
      const isExposed = ['retry-after', 'www-authenticate'].every(name => exposed.includes(name))
      const expected = 'Access-Control-Expose-Headers with Retry-After and WWW-Authenticate'
      must(answer, expected, isExposed, seen(answer))
    },
  },
  {
    id: 'cors-vary',
    level: 'hardened',
    title: 'Answers that depend on the origin say so',
    why: 'A cache would give one page the permission of another, or none.',
    source: 'RFC 9110 §12.5.5',
    async check(client) {
      const answer = await asPageOf(client, allowed(client))
      const isSaid = listOf(answer, 'Vary').some(name => name === 'origin' || name === '*')
      must(answer, 'Vary: Origin', isSaid, `Vary: ${answer.headers.get('Vary') ?? 'nothing'}`)
    },
  },
  {
    id: 'cors-exact',
    level: 'hardened',
    title: 'No other page may read answers',
    why: 'A backend that repeats any origin lets every page on the web read what it answers to your users.',
    source: 'ASVS 3.4.2',
    async check(client) {
      const { allowedOrigin } = client
      const strangers = ['https://attacker.example', 'null']
      if (allowedOrigin !== undefined) strangers.push(`${allowedOrigin}.attacker.example`)
      for (const stranger of strangers) {
        const answer = await asPageOf(client, stranger)
        const isOpen = answer.headers.has('Access-Control-Allow-Origin')
        must(answer, 'no Access-Control-Allow-Origin', !isOpen, seen(answer))
      }
    },
  },
]

function allowed({ allowedOrigin }: Client): string {
  given(allowedOrigin !== undefined, notAsked)
  return allowedOrigin
}

/** A request without a credential, so that it is refused, as the page of an origin. */
const asPageOf = (client: Client, origin: string) =>
  client.ask({
    method: 'GET',
    path: '/me',
    headers: { Origin: origin, 'Sec-Fetch-Site': 'cross-site' },
    note: `by a page of ${origin}`,
  })

const listOf = ({ headers }: Answer, name: string) =>
  (headers.get(name) ?? '').split(',').map(each => each.trim().toLowerCase())

function seen({ headers }: Answer): string {
  const found = [...headers].filter(([name]) => name.startsWith('access-control-'))
  if (found.length === 0) return 'without a header of CORS'
  return `with ${found.map(([name, value]) => `${name}: ${value}`).join('; ')}`
}
