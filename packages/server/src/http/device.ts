import type { Context } from 'hono'
import type { Origin } from '../events/auth-event.ts'
import type { ServerEnv } from './api-headers.ts'

/** Returns where a request came from. */
export const originOf = (c: Context<ServerEnv>): Origin => ({
  ip: c.env?.ip ?? null,
  userAgent: c.req.header('User-Agent')?.slice(0, 512) ?? null,
})

/** Returns a name such as "Firefox on Linux", good enough to recognize one's own device. */
export function deviceLabel(userAgent: string | null): string | null {
  if (userAgent === null) return null
  const browser = browsers.find(([pattern]) => pattern.test(userAgent))?.[1]
  const system = systems.find(([pattern]) => pattern.test(userAgent))?.[1]
  if (browser && system) return `${browser} on ${system}`
  return browser ?? system ?? userAgent.split(/[/\s]/)[0] ?? null
}

// Nearly every browser claims to be several others; the most particular name comes first.
const browsers: readonly [RegExp, string][] = [
  [/Edg(e|A|iOS)?\//, 'Edge'],
  [/OPR\/|Opera/, 'Opera'],
  [/SamsungBrowser\//, 'Samsung Internet'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/HeadlessChrome\/|Chrome\/|CriOS\//, 'Chrome'],
  [/Safari\//, 'Safari'],
  [/curl\//, 'curl'],
]

const systems: readonly [RegExp, string][] = [
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X|Macintosh/, 'macOS'],
  [/CrOS/, 'ChromeOS'],
  [/Linux/, 'Linux'],
]
