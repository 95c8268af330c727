import { memberOf } from '../client/answer.ts'
import type { Rule } from '../rule.ts'
import { must } from '../verdict.ts'
import { crossSite, refused } from './forged-requests.ts'
import { isOffered } from './stories.ts'

/**
 * Registration, where there is one. It is asked for the user's own address and password only: no account
 * is made that would stay behind.
 */
export const registrationRules: readonly Rule[] = [
  {
    id: 'register-taken',
    level: 'hardened',
    title: 'Registering an address that has an account signs nobody in',
    why: 'It would be a second way in, past what guards the first.',
    source: 'ASVS 6.3.4, contract: POST /register',
    async check(client) {
      const answer = await client.registerAgain({ note: 'an address that has an account' })
      isOffered(answer, 'registers anybody')
      // Where mails are verified, 200 with a promise of one is right, too: it tells nobody who has an account.
      const hasTokens = memberOf(answer.body, 'access_token') !== undefined
      const isNobody = !hasTokens && answer.cookies.length === 0
      must(answer, '409 with code "email_taken", or an answer without tokens', isNobody)
    },
  },
  {
    id: 'cross-site-register',
    level: 'hardened',
    title: 'A page of another site cannot register anybody',
    why: 'Like a forged sign-in: people would go on in an account that somebody else has made.',
    source: 'ASVS 3.5.1',
    transports: ['split', 'cookie'],
    async check(client) {
      const own = await client.registerAgain({ note: 'an address that has an account' })
      isOffered(own, 'registers anybody')
      const note = 'from a page of another site'
      refused(await client.registerAgain({ headers: crossSite, note }))
    },
  },
]
