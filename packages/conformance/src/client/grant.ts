import { grantSchemas, namedSchema } from '../contract/answers.ts'
import type { Transport } from '../options.ts'
import { type Answer, isOk, memberOf } from './answer.ts'

/** What a sign-in or a refresh has given, by whatever way it came. */
export interface Grant {
  /** `null` in cookie transport. */
  readonly accessToken: string | null
  /** What a refresh presents: a token of the body, or the values of the cookies. */
  readonly refreshToken: string
  readonly cookies: ReadonlyMap<string, string>
  readonly sessionId: string | null
}

/** Returns what an answer gives, or null where that is not enough to go on with. */
export function readGrant(
  transport: Transport,
  answer: Answer,
  before: ReadonlyMap<string, string> = new Map(),
): Grant | null {
  const { body } = answer
  if (!isOk(answer) || !grantSchemas[transport].safeParse(body).success) return null
  const cookies = new Map(before)
  for (const { name, value, isRemoval } of answer.cookies) {
    if (isRemoval) cookies.delete(name)
    else cookies.set(name, value)
  }
  if (transport !== 'bearer' && cookies.size === 0) return null
  return {
    accessToken: transport === 'cookie' ? null : textOf(body, 'access_token'),
    refreshToken:
      transport === 'bearer' ? textOf(body, 'refresh_token') : [...cookies.values()].join(' '),
    cookies,
    sessionId: namedSchema.safeParse(body).data?.session.id ?? null,
  }
}

const textOf = (body: unknown, name: string) => String(memberOf(body, name))

/** Returns the same with something changed in the middle of its token: nobody has made that one. */
export function forge(grant: Grant): Grant {
  const cookies = new Map([...grant.cookies].map(([name, value]) => [name, spoil(value)]))
  return {
    ...grant,
    refreshToken: spoil(grant.refreshToken),
    accessToken: grant.accessToken && spoil(grant.accessToken),
    cookies,
  }
}

function spoil(token: string): string {
  const at = Math.max(0, token.length - 8)
  return token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1)
}
