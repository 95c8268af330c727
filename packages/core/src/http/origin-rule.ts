import type { TokenSource } from './token-source.ts'

/**
 * Returns a predicate that tells whether a request to `url` may carry the session's token: whether
 * it goes, by http or https, to an origin that the session allows. `url` is what the caller gave,
 * absolute or relative to the page; the answer is the URL parser's, so look-alikes, user-info, ports,
 * upper case and protocol-relative forms are judged by where the request would really go. A URL with
 * credentials of its own, and one that does not parse, gets no token.
 *
 * @example
 * ```ts
 * const mayKnow = createOriginRule({ allows: origin => origin === 'https://api.example' })
 * mayKnow('https://api.example/orders') // true
 * mayKnow('https://api.example@evil.example/orders') // false
 * ```
 */
export function createOriginRule(source: Pick<TokenSource, 'allows'>): (url: string) => boolean {
  // Origins that were allowed before, each with the slash that ends it: whatever follows that slash
  // cannot change the origin any more, so these URLs need no parser. As many as the session allows.
  const known: { readonly prefix: string; readonly origin: string }[] = []

  return url => {
    // A plain path goes where the document does.
    const target = url[0] === '/' && PATH.test(url) ? (documentUrl() ?? url) : url

    for (const { prefix, origin } of known) {
      if (target.startsWith(prefix)) return source.allows(origin)
    }
    const origin = originOf(target, documentUrl())
    if (origin === null || !source.allows(origin)) return false
    const prefix = `${origin}/`
    if (target.startsWith(prefix)) known.push({ prefix, origin })
    return true
  }
}

/** `/x…`. Not `//host`, `/\host`, nor `/<tab>/host`, from which the parser drops the tab. */
const PATH = /^\/[\w.?#%~-]/

/** Read each time, because a `<base>` may come and go. Workers have no document, Node has neither. */
function documentUrl(): string | undefined {
  if (typeof document !== 'undefined') return document.baseURI
  if (typeof location !== 'undefined') return location.href
  return undefined
}

function originOf(url: string, base: string | undefined): string | null {
  if (!URL.canParse(url, base)) return null
  const { protocol, username, password, origin } = new URL(url, base)
  if (protocol !== 'https:' && protocol !== 'http:') return null
  return username === '' && password === '' ? origin : null
}
