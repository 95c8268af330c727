import { type Answer, isOk } from '../client/answer.ts'
import type { Client } from '../client/client.ts'
import type { Rule } from '../rule.ts'
import { must } from '../verdict.ts'

const transports = ['split', 'cookie'] as const

/** What a browser adds to a request that a page of somebody else made it send. */
export const crossSite = { Origin: 'https://attacker.example', 'Sec-Fetch-Site': 'cross-site' }

/** What a form can send, in a browser that says nothing of where it stands. */
const byForm = {
  Origin: undefined,
  'Sec-Fetch-Site': undefined,
  'X-Session-Client': undefined,
  'Content-Type': 'text/plain',
}

export const forgedRequestRules: readonly Rule[] = [
  {
    id: 'cross-site-refused',
    level: 'hardened',
    title: 'A page of another site cannot refresh or sign out',
    why: 'Browsers attach the cookie whoever makes them send the request.',
    source: 'ASVS 3.5.1',
    transports,
    async check(client) {
      const { refreshed, signedOut, me } = await client.once(fromElsewhere)
      refused(refreshed)
      refused(signedOut)
      must(me, '200', isOk(me))
    },
  },
  {
    id: 'cross-site-login',
    level: 'hardened',
    title: 'A page of another site cannot sign anybody in',
    why: 'People would go on in the account of somebody else, and leave their data there.',
    source: 'ASVS 3.5.1',
    transports,
    check: async client =>
      refused(await client.login({ headers: crossSite, note: 'from a page of another site' })),
  },
  {
    id: 'form-refused',
    level: 'hardened',
    title: 'What a form can send is refused',
    why: 'Older browsers do not say where a request comes from; then only a header that no form can set tells.',
    source: 'ASVS 3.5.2',
    transports,
    check: async client => refused((await client.once(fromElsewhere)).byForm),
  },
]

/** What a page of another site tries with the cookie of somebody who is signed in. */
async function fromElsewhere(client: Client) {
  const grant = await client.signIn()
  const change = { headers: crossSite, note: 'from a page of another site' }
  return {
    refreshed: await client.refresh(grant, change),
    byForm: await client.refresh(grant, { headers: byForm, note: 'as a form would send it' }),
    signedOut: await client.logout(grant, change),
    me: await client.me(grant, 'after what the other site tried'),
  }
}

/** Holds an answer to what a request from another site is to get. */
export function refused(answer: Answer): void {
  const isRefused = answer.status === 403 && answer.cookies.length === 0
  must(answer, '403 and no cookie', isRefused, answer.cookies.length > 0 ? 'and a cookie' : '')
}
