import type { Client } from '../client/client.ts'
import { afterGrace, type Rule } from '../rule.ts'
import { given, must } from '../verdict.ts'

/** How many tabs wake at once. */
const tabs = 5

export const graceRules: readonly Rule[] = [
  {
    id: 'retry-in-grace',
    level: 'signed-in',
    title: 'A refresh whose answer was lost can be repeated',
    why: 'The connection breaks after the server has rotated: without a second chance that is a sign-out, on every train.',
    source: 'contract: Rotation, replayed',
    async check(client) {
      const first = await client.signIn()
      await client.renew(first) // and the answer never arrives
      const answer = await client.refresh(first, { note: 'with the same token once more' })
      const granted = client.granted(answer, first)
      must(answer, '200 with tokens', granted !== null)
      if (granted === null) return
      const me = await client.me(granted, 'with what the repetition gave')
      must(me, '200', me.status === 200)
    },
  },
  {
    id: 'second-tab-in-grace',
    level: 'signed-in',
    title: 'A second tab may come with the same token a moment later',
    why: 'Two tabs wake together. The slower one must not sign both out.',
    source: 'contract: Rotation, grace',
    async check(client) {
      const first = await client.signIn()
      await client.me(await client.renew(first)) // one tab has its tokens, and uses them
      const answer = await client.refresh(first, { note: 'by a tab that has the old token yet' })
      must(answer, '200 with tokens', client.granted(answer, first) !== null)
    },
  },
  {
    id: 'race-in-grace',
    level: 'signed-in',
    title: `${tabs} refreshes of one token at the same moment all end well`,
    why: 'A restored window opens all its tabs at once; each of them must be able to go on.',
    source: 'contract: Rotation, compare-and-swap',
    async check(client) {
      const first = await client.signIn()
      const note = `at the same moment as ${tabs - 1} others`
      const answers = await Promise.all(
        Array.from({ length: tabs }, () => client.refresh(first, { note })),
      )
      for (const answer of answers) {
        must(answer, '200 with tokens', client.granted(answer, first) !== null)
      }
      const grants = answers.map(answer => client.granted(answer, first))
      const distinct = new Map(grants.flatMap(one => (one ? [[one.refreshToken, one]] : [])))
      for (const grant of distinct.values()) {
        const next = await client.refresh(grant, { note: 'with what one of them was given' })
        must(next, '200 with tokens', client.granted(next, grant) !== null)
      }
    },
  },
  {
    id: 'grace-does-not-fork',
    level: 'theft',
    title: 'Within the grace a repeated token gets the same successor',
    why: 'Each further successor is a branch of its own, and a thief on one of them is never noticed.',
    source: 'RFC 9700 §4.14.2',
    async check(client) {
      const first = await client.signIn()
      const next = await client.renew(first)
      given(next.refreshToken !== first.refreshToken, 'tokens are not rotated (refresh-rotates)')
      const answer = await client.refresh(first, { note: 'with the same token once more' })
      const again = client.granted(answer, first)
      given(again !== null, 'a token cannot be repeated (retry-in-grace)')
      const expected = 'the refresh token that the first answer gave'
      must(answer, expected, again.refreshToken === next.refreshToken, 'and it is another')
    },
  },
  afterGrace(lostAnswer, {
    id: 'lost-answer-recovers',
    level: 'signed-in',
    title: 'A lost answer is forgiven when the grace is over, too',
    why: 'A laptop is closed during a refresh and opened the next day: the only token it has is the old one.',
    source: 'contract: Rotation, recovered',
    check({ answer, me }) {
      must(answer, '200 with tokens', me !== null)
      if (me !== null) must(me, '200', me.status === 200)
    },
  }),
]

async function lostAnswer(client: Client) {
  const first = await client.signIn()
  await client.renew(first) // and nothing of it was ever used
  return async () => {
    const note = 'after the grace, with a token whose successor never arrived'
    const answer = await client.refresh(first, { note })
    const granted = client.granted(answer, first)
    return { answer, me: granted && (await client.me(granted, 'with what that gave')) }
  }
}
