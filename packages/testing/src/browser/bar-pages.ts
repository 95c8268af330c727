import { Hono } from 'hono'
import { html } from 'hono/html'
import { bundlePage } from './bundle-page.ts'

/** What a strict site sends: nothing but its own scripts and requests, no `eval`, no string that becomes markup. */
const STRICT = [
  "default-src 'none'",
  "script-src 'self'",
  "connect-src 'self'",
  // The icon that some browsers ask for by themselves.
  "img-src 'self'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

/** Comes before everything else in a page: what the policy of the page had to forbid. A worker has no document. */
const WATCH_POLICY = `
var violations = []
globalThis.document?.addEventListener('securitypolicyviolation', ({ effectiveDirective, sourceFile }) =>
  violations.push(effectiveDirective + ' ' + sourceFile))
`

/**
 * Answers from its cache whatever it has answered before, by the URL alone: the careless kind of a
 * cache-first worker. Only what says that it is not to be stored goes through.
 */
const CACHE_FIRST = `
const answers = new Map()
addEventListener('install', event => event.waitUntil(skipWaiting()))
addEventListener('activate', event => event.waitUntil(clients.claim()))
addEventListener('fetch', event => {
  const { url, cache } = event.request
  if (cache === 'no-store') return
  event.respondWith((async () => {
    const cached = answers.get(url)
    if (cached) return cached.clone()
    const answer = await fetch(event.request)
    answers.set(url, answer.clone())
    return answer
  })())
})
`

/**
 * The pages of the stories. Each has the SDK as \`tabkeeper\` (see `page.ts`), but for `/elsewhere`, which
 * has nothing, and `/around?page=…&sandbox=…`, which has another page in a frame. `/strict` is served with
 * a strict Content-Security-Policy and keeps what it had to forbid as `violations`, and every other path is a blank page.
 */
export async function barPages(clockOffset: () => number): Promise<Hono> {
  const script = await bundlePage()
  const page = html`<!doctype html><html lang="en"><title>A tab</title><script src="/page.js"></script></html>`
  const app = new Hono()
  app.get('/page.js', c =>
    c.body(`var clockOffset = ${clockOffset()}\n${WATCH_POLICY}\n${script}`, 200, {
      'content-type': 'text/javascript',
    }),
  )
  app.get('/cache-first.js', c => c.body(CACHE_FIRST, 200, { 'content-type': 'text/javascript' }))
  app.get('/elsewhere', c =>
    c.html('<!doctype html><html lang="en"><title>Elsewhere</title></html>'),
  )
  app.get('/around', c => {
    const { page = '/', sandbox } = c.req.query()
    const limits = sandbox === undefined ? '' : html`sandbox="${sandbox}"`
    return c.html(
      html`<!doctype html><html lang="en"><title>Around</title><iframe title="A frame" src="${page}" ${limits}></iframe></html>`,
    )
  })
  app.get('/strict', c => {
    c.header('content-security-policy', STRICT)
    return c.html(page)
  })
  app.get('*', c => c.html(page))
  return app
}
