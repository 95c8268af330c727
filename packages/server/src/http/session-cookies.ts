import { parse, serialize } from 'hono/utils/cookie'
import type { EpochMs } from '../clock.ts'
import { type Clients, transportOf } from '../sessions/client-policy.ts'
import type { Session } from '../sessions/session.ts'

export interface CookieOptions {
  /**
   * Whether pages reach the server over https. `false` is for development over plain http: the cookie
   * loses `Secure` and the prefix of its name. Refused with `NODE_ENV=production`. @default true
   */
  readonly secure?: boolean | undefined
  /**
   * Lets pages of other sites use the cookie, if their origin is in `allowedOrigins`: `SameSite=None`
   * and `Partitioned` instead of `SameSite=Lax`. @default false
   */
  readonly crossSite?: boolean | undefined
}

/** The cookies of the clients whose transport has one; each client has its own, also on one origin. */
export interface SessionCookies {
  /** Returns what a client's cookie holds, or null. */
  read(request: Request, clientId: string): string | null
  /** Returns the clients whose cookies come along. */
  clientsOf(request: Request): readonly string[]
  /** Returns the `Set-Cookie` that hands a token over. */
  give(session: Session, token: string, now: EpochMs): string
  /** Returns the `Set-Cookie` that takes it away. */
  clear(clientId: string): string
}

/** Browsers keep no cookie for longer (RFC 6265bis §4.1.2.2). */
const longest = 400 * 24 * 60 * 60

/**
 * Makes the cookies. In `cookie` transport every path needs it, so the name begins with `__Host-`
 * (Secure, Path=/, no Domain: no other host can set it). In `split` only the auth endpoints do, and
 * `__Host-` would force `Path=/`, so it is `__Secure-`.
 */
export function createSessionCookies(
  clients: Clients,
  basePath: string,
  { secure = true, crossSite = false }: CookieOptions,
): SessionCookies {
  const jars = new Map(
    Object.keys(clients).flatMap(clientId => {
      const transport = transportOf(clients, clientId)
      if (transport !== 'bearer' && !/^[\w-]{1,64}$/.test(clientId)) {
        throw new TypeError(
          `A client that has a cookie is named in letters, digits, "_" and "-"; got "${clientId}"`,
        )
      }
      if (transport === 'cookie') {
        return [[clientId, { name: `${secure ? '__Host-' : ''}tabkeeper_${clientId}`, path: '/' }]]
      }
      if (transport !== 'split') return []
      const name = `${secure ? '__Secure-' : ''}tabkeeper_${clientId}_refresh`
      return [[clientId, { name, path: basePath }]]
    }),
  )

  function write(clientId: string, value: string, maxAge: number | undefined): string {
    const jar = jars.get(clientId)
    if (!jar) throw new TypeError(`The client "${clientId}" has no cookie`)
    return serialize(jar.name, value, {
      path: jar.path,
      httpOnly: true,
      secure,
      sameSite: crossSite ? 'None' : 'Lax',
      ...(crossSite && { partitioned: true }),
      ...(maxAge !== undefined && { maxAge }),
    })
  }

  return {
    read(request, clientId) {
      const jar = jars.get(clientId)
      const header = request.headers.get('Cookie')
      return (jar && header && parse(header, jar.name)[jar.name]) || null
    },
    clientsOf(request) {
      const header = request.headers.get('Cookie')
      if (header === null || jars.size === 0) return []
      const sent = parse(header)
      return [...jars].filter(([, { name }]) => sent[name]).map(([clientId]) => clientId)
    },
    // The server judges the idle limit, so the cookie lives to the absolute one; without "remember",
    // no longer than the browser.
    give: (session, token, now) =>
      write(
        session.clientId,
        token,
        session.remember
          ? Math.min(longest, Math.max(1, Math.floor((session.absoluteExpiresAt - now) / 1000)))
          : undefined,
      ),
    clear: clientId => write(clientId, '', 0),
  }
}
