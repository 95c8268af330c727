import type { Client } from '../client/client.ts'
import type { Rule } from '../rule.ts'
import { deviating, given, must, Undecided } from '../verdict.ts'
import { wrongPassword } from './stories.ts'

/** Enough to see a limit that is worth the name, and too few to guess anything. */
const guesses = 12

/** More than a client has reason for in a minute. */
const refreshes = 40

/**
 * These make the backend say "later" for a while, and so come last. To `must` a 429 is no verdict; here it
 * is what is asked for.
 */
export const limitRules: readonly Rule[] = [
  {
    id: 'flood-keeps-session',
    level: 'signed-in',
    title: 'Too many refreshes are 429, and the session lives',
    why: 'A tab that runs wild must be slowed down, and not signed out.',
    source: 'RFC 6585 §4',
    async check(client) {
      let grant = await client.signIn()
      for (let count = 0; count < refreshes; count++) {
        const answer = await client.refresh(grant, { note: `number ${count + 1} in a row` })
        const next = client.granted(answer, grant)
        if (next === null) {
          if (answer.status !== 429) throw deviating(answer, '429')
          const me = await client.me(grant, 'after too many refreshes')
          return must(me, '200', me.status === 200)
        }
        grant = next
      }
      throw new Undecided(`no limit was met by ${refreshes} refreshes in a row`)
    },
  },
  {
    id: 'guessing-limited',
    level: 'hardened',
    title: `${guesses} wrong passwords in a row meet a limit`,
    why: 'Without one, passwords are tried by the million.',
    source: 'ASVS 6.3.1',
    async check(client) {
      const { last, isLimited } = await client.once(guessing)
      must(last, '429', isLimited, `for the ${guesses}th time`)
    },
  },
  {
    id: 'limit-says-when',
    level: 'hardened',
    title: 'A 429 says how long to wait',
    why: 'Clients that have to guess come back too soon, all together.',
    source: 'RFC 6585 §4, RFC 9110 §10.2.3',
    async check(client) {
      const { last, isLimited } = await client.once(guessing)
      given(isLimited, 'no limit was met (guessing-limited)')
      const isSaid = Number(last.headers.get('Retry-After') ?? Number.NaN) > 0
      if (!isSaid) throw deviating(last, 'Retry-After in seconds', 'without it')
    },
  },
]

async function guessing(client: Client) {
  let last = await wrongPassword(client)
  for (let count = 1; count < guesses && last.status !== 429; count++) {
    last = await wrongPassword(client)
  }
  return { last, isLimited: last.status === 429 }
}
