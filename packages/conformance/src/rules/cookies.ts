import { memberOf } from '../client/answer.ts'
import type { Client } from '../client/client.ts'
import type { SetCookie } from '../client/set-cookie.ts'
import type { Rule } from '../rule.ts'
import { given, must } from '../verdict.ts'
import { firstLogin, renewal, signOut } from './stories.ts'

const transports = ['split', 'cookie'] as const

export const cookieRules: readonly Rule[] = [
  {
    id: 'cookie-http-only',
    level: 'theft',
    title: 'Scripts cannot read the cookie',
    why: 'That is what the cookie is for: an injected script finds nothing to take away.',
    source: 'ASVS 3.3.4',
    transports,
    check: client => eachCookie(client, 'HttpOnly', ({ attributes }) => attributes.has('httponly')),
  },
  {
    id: 'cookie-secure',
    level: 'hardened',
    title: 'The cookie travels by https only, and its name says so',
    why: 'One request by http gives it to whoever listens; the prefix keeps other hosts from setting it.',
    source: 'ASVS 3.3.1, RFC 6265bis §4.1.3',
    transports,
    async check(client) {
      // By http browsers take no such cookie: a backend on a developer's machine has to do without.
      given(client.isEncrypted, 'it was asked by http')
      await eachCookie(client, 'Secure, and a name with __Host- or __Secure-', cookie => {
        const { name, attributes } = cookie
        const isHost = name.startsWith('__Host-') && attributes.get('path') === '/'
        return attributes.has('secure') && (isHost || name.startsWith('__Secure-'))
      })
    },
  },
  {
    id: 'cookie-own-host',
    level: 'hardened',
    title: 'The cookie belongs to this host alone',
    why: 'With a Domain every other host below it receives the cookie, the one that is taken over first.',
    source: 'ASVS 3.3.1',
    transports,
    check: client => eachCookie(client, 'no Domain', ({ attributes }) => !attributes.has('domain')),
  },
  {
    id: 'cookie-same-site',
    level: 'hardened',
    title: 'The cookie says which pages it travels from',
    why: 'Without SameSite browsers differ; with None it must be partitioned, or every page brings it along.',
    source: 'ASVS 3.3.2',
    transports,
    check: client =>
      eachCookie(client, 'SameSite=Lax or Strict, or None; Partitioned', ({ attributes }) => {
        const sameSite = attributes.get('samesite')?.toLowerCase() ?? ''
        const isPartitioned = sameSite === 'none' && attributes.has('partitioned')
        return ['lax', 'strict'].includes(sameSite) || isPartitioned
      }),
  },
  {
    id: 'cookie-small',
    level: 'signed-in',
    title: 'The cookie is small enough to be kept',
    why: 'Browsers silently drop what is longer than 4,096 bytes: the sign-in seems to do nothing.',
    source: 'ASVS 3.3.5, RFC 6265bis §5.6',
    transports,
    check: client =>
      eachCookie(
        client,
        'at most 4,096 bytes',
        ({ name, value }) => name.length + value.length <= 4096,
      ),
  },
  {
    id: 'cookie-not-in-body',
    level: 'theft',
    title: 'What is in the cookie is in no body',
    why: 'A script that cannot read the cookie reads the answer instead.',
    source: 'ASVS 3.3.4',
    transports,
    async check(client) {
      const login = await client.once(firstLogin)
      const { answer } = await client.once(renewal)
      const tokens =
        client.transport === 'cookie' ? ['access_token', 'refresh_token'] : ['refresh_token']
      for (const each of [login, answer]) {
        const isNamed = tokens.some(name => memberOf(each.body, name) !== undefined)
        const isThere = each.cookies.some(({ value }) => value !== '' && each.text.includes(value))
        must(each, 'a body without it', !isNamed && !isThere, 'and it is in the body')
      }
    },
  },
  {
    id: 'cookie-taken-back',
    level: 'hardened',
    title: 'A sign-out takes the cookie back',
    why: 'It would otherwise be sent with every request until it expires.',
    source: 'ASVS 7.4.1',
    transports,
    async check(client) {
      const { grant, answer } = await client.once(signOut)
      const removed = answer.cookies.filter(({ isRemoval }) => isRemoval).map(({ name }) => name)
      const isGone = [...grant.cookies.keys()].every(name => removed.includes(name))
      must(answer, 'a Set-Cookie that removes it', isGone, 'without one')
    },
  },
]

/** Holds every cookie that a sign-in sets to a rule. */
async function eachCookie(
  client: Client,
  expected: string,
  isRight: (cookie: SetCookie) => boolean,
): Promise<void> {
  const answer = await client.once(firstLogin)
  given(answer.cookies.length > 0, 'a sign-in sets no cookie (login-answer)')
  for (const cookie of answer.cookies) {
    const attributes = [...cookie.attributes].map(([name, text]) =>
      text ? `${name}=${text}` : name,
    )
    const remark = `and the cookie ${[cookie.name, ...attributes].join('; ')}`
    must(answer, expected, isRight(cookie), remark)
  }
}
