import Bowser from 'bowser'
import type { Context } from 'hono'
import type { Origin } from '../events/auth-event.ts'
import type { ServerEnv } from './api-headers.ts'

/** Returns where a request came from. */
export const originOf = (c: Context<ServerEnv>): Origin => ({
  ip: c.env?.ip ?? null,
  userAgent: userAgentOf(c.req.raw),
})

export const userAgentOf = (request: Request): string | null =>
  request.headers.get('User-Agent')?.slice(0, 512) || null

/** Returns a name such as "Firefox on Linux", good enough to recognize one's own device. */
export function deviceLabel(userAgent: string | null): string | null {
  if (userAgent === null) return null
  const { browser, os, platform } = Bowser.parse(userAgent)
  const name = browser.name?.replace(' for Android', '')
  const system = platform.model ?? os.name
  if (name && system) return `${name} on ${system}`
  return name || system || (userAgent.split(/[/\s]/)[0] ?? null)
}
