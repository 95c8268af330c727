import type { Session, TokenArea } from '@tabkeeper/core'
import { type AuthEndpoint, createSession, isSessionError } from '@tabkeeper/core'

/** Where the middleware leaves the token for all that is rendered for the same request. */
const TOKEN = 'x-access-token'

/**
 * Runs `use` in the session that this request brings along, and returns what came of it with the cookies
 * to answer with. The session is this request's alone, and ends with it.
 */
export async function inSession<T>(
  request: Request,
  endpoint: AuthEndpoint,
  use: (session: Session) => Promise<T>,
): Promise<{ readonly value: T; readonly setCookies: readonly string[] }> {
  const { area, setCookies } = cookieArea(request.headers.get('Cookie') ?? '')
  const session = createSession({ app: 'admin', endpoint, storage: area })
  try {
    return { value: await use(session), setCookies: setCookies() }
  } finally {
    session.dispose()
  }
}

/** For the middleware, the one place on the server that refreshes: the headers to go on with. */
export async function passToken(request: Request, endpoint: AuthEndpoint) {
  const { value: token, setCookies } = await inSession(request, endpoint, session =>
    session.getAccessToken().catch(error => {
      // Nobody is signed in, or the server cannot be reached: the page is rendered as for nobody.
      if (isSessionError(error)) return null
      throw error
    }),
  )
  const headers = new Headers(request.headers)
  // What a browser sends under this name is not ours.
  headers.delete(TOKEN)
  if (token !== null) headers.set(TOKEN, token)
  return { headers, setCookies }
}

/** For server components: the token of this request, `null` where nobody is signed in. */
export function tokenIn(headers: Headers): string | null {
  return headers.get(TOKEN)
}

/** Keeps a session in cookies that no script can read. */
function cookieArea(sent: string): { area: TokenArea; setCookies(): string[] } {
  const pairs = sent.split('; ').map(pair => pair.split('=').map(decode))
  const cookies = new Map(pairs.map(([name = '', value = '']) => [name, value]))
  const changed = new Set<string>()
  const change = (key: string, value: string) => {
    cookies.set(key, value)
    changed.add(key)
  }
  return {
    area: {
      read: key => cookies.get(key) || null,
      write: change,
      erase: key => change(key, ''),
    },
    setCookies: () =>
      [...changed].map(key => {
        const value = cookies.get(key) ?? ''
        const age = value === '' ? 0 : 30 * 24 * 60 * 60
        const pair = `${encodeURIComponent(key)}=${encodeURIComponent(value)}`
        return `${pair}; Path=/; HttpOnly; Secure; SameSite=Lax; Max-Age=${age}`
      }),
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return '' // somebody else's cookie
  }
}
