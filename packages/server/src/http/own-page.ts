import { getPath } from 'hono/utils/url'
import { Problem } from './problem.ts'

export interface OwnPageRules {
  readonly basePath: string
  /** Origins whose pages may act by cookie besides the server's own. */
  readonly allowedOrigins: readonly string[]
  readonly secure: boolean
  readonly crossSite: boolean
}

/** Changes nothing by definition (RFC 9110 §9.2.1), so nobody gains by making a browser send it. */
export const isSafe = (method: string): boolean => method === 'GET' || method === 'HEAD'

/** Whether a body is declared as JSON. */
export const isJson = (request: Request): boolean =>
  /^application\/json\s*(;|$)/i.test(request.headers.get('Content-Type') ?? '')

/**
 * Returns the check against forged requests: what acts by cookie must come from one of the own pages,
 * because browsers attach cookies whoever asks them to.
 *
 * The header `X-Session-Client` and a JSON body cannot be sent by a form, and across origins only after
 * a preflight that this server refuses. Besides, the browser itself says where the page is:
 * `Sec-Fetch-Site`, and where that is missing `Origin`. Without either the request is refused.
 *
 * @throws {Problem} 403 `csrf_rejected`
 */
export const createRequireOwnPage =
  (rules: OwnPageRules) =>
  (request: Request): void => {
    const reject = (detail: string) => {
      throw new Problem('csrf_rejected', { detail })
    }
    if (!comesFromOwnPage(request, rules)) {
      reject('The request comes from a page that may not act for the user.')
    }
    if (request.headers.get('X-Session-Client') === null) {
      reject('X-Session-Client must name the client.')
    }
    // As the router reads it: `/api/%61uth` is the same place.
    const isAuthRoute = getPath(request).startsWith(rules.basePath.replace(/\/?$/, '/'))
    if (isAuthRoute && request.method === 'POST' && !isJson(request)) {
      reject('Send Content-Type: application/json.')
    }
  }

export type RequireOwnPage = ReturnType<typeof createRequireOwnPage>

function comesFromOwnPage(request: Request, rules: OwnPageRules): boolean {
  const origin = request.headers.get('Origin')
  const isListed = origin !== null && rules.allowedOrigins.includes(origin)
  switch (request.headers.get('Sec-Fetch-Site')) {
    case 'same-origin':
      return true
    case 'same-site':
      return isListed
    case 'cross-site':
      return isListed && rules.crossSite
    case null: // a browser from before 2023, or plain http
      return isListed || origin === ownOrigin(request, rules.secure)
    default:
      return false
  }
}

/** Behind a proxy that ends TLS the request arrives by http; secure cookies say that the page did not. */
function ownOrigin(request: Request, secure: boolean): string {
  const { protocol, host } = new URL(request.url)
  return `${secure ? 'https:' : protocol}//${host}`
}
