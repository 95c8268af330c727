import type { Answer } from '../client/answer.ts'
import type { Client } from '../client/client.ts'
import type { Rule } from '../rule.ts'
import { given, must } from '../verdict.ts'
import { firstLogin, listing, refusal, renewal, whoAmI } from './stories.ts'

export const headerRules: readonly Rule[] = [
  {
    id: 'no-store',
    level: 'hardened',
    title: 'No answer is kept by a cache',
    why: 'The back button of a shared computer, or a proxy, would show the tokens of somebody else.',
    source: 'RFC 6749 §5.1, ASVS 14.3.2',
    check: client =>
      eachAnswer(client, 'Cache-Control: no-store', headers =>
        /\bno-store\b/i.test(headers.get('Cache-Control') ?? ''),
      ),
  },
  {
    id: 'no-sniffing',
    level: 'hardened',
    title: 'Browsers take answers for what they say they are',
    why: 'A name that somebody chose for their device could otherwise be run as a page.',
    source: 'ASVS 3.4.4',
    check: client =>
      eachAnswer(
        client,
        'X-Content-Type-Options: nosniff',
        headers => headers.get('X-Content-Type-Options') === 'nosniff',
      ),
  },
  {
    id: 'https-only',
    level: 'hardened',
    title: 'Browsers are told to come by https only',
    why: 'The first request of the day otherwise goes by http, past whoever runs the network.',
    source: 'ASVS 3.4.1',
    async check(client) {
      given(client.isEncrypted, 'it was asked by http')
      await eachAnswer(client, 'Strict-Transport-Security', headers =>
        /max-age=[1-9]/i.test(headers.get('Strict-Transport-Security') ?? ''),
      )
    },
  },
]

/** Holds answers of every kind to a rule. */
async function eachAnswer(
  client: Client,
  expected: string,
  isRight: (headers: Headers) => boolean,
): Promise<void> {
  const answers: readonly Answer[] = [
    await client.once(firstLogin),
    (await client.once(renewal)).answer,
    (await client.once(refusal)).answer,
    await client.once(whoAmI),
    (await client.once(listing)).answer,
  ]
  for (const answer of answers) must(answer, expected, isRight(answer.headers), 'without it')
}
