import { fileURLToPath } from 'node:url'
import {
  type AuthServer,
  type AuthServerOptions,
  createAuthServer,
  type ServerEnv,
} from '@tabkeeper/server'
import { Hono } from 'hono'
import { compress } from 'hono/compress'
import { createBarApi } from './bar-api.ts'
import { loadSite, pageHeaders, type Site } from './static-site.ts'

/** The whole bar behind one origin: sign-in, API and pages. */
export interface Bar {
  readonly auth: AuthServer
  /** Apps whose pages are not built and therefore not served. */
  readonly missing: readonly string[]
  fetch(request: Request, host?: { ip?: string | undefined }): Promise<Response>
}

const examples = fileURLToPath(new URL('../..', import.meta.url))
const apps = ['customer', 'bartender', 'admin'] as const

/** Makes the bar. The options are the server's; guests may open an account as customers. */
export async function createBar(options: AuthServerOptions): Promise<Bar> {
  const auth = await createAuthServer({ registration: { role: 'customer' }, ...options })
  const api = await createBarApi({ database: options.database, auth })
  const sites = [
    ...apps.map(app => loadSite(`/${app}/`, `${examples}/${app}/dist`, true)),
    loadSite('/', `${examples}/tour/dist`, false),
  ]
  const pages = sites.filter((site): site is Site => site !== null)

  const bar = new Hono<ServerEnv>()
  const { basePath = '/api/auth', shortPaths } = options
  const short = ['login', 'logout', 'user'].map(name => `${shortPaths}/${name}`)
  const paths = [`${basePath}/*`, '/api/admin/*', '/api/events', ...(shortPaths ? short : [])]
  for (const path of paths) {
    bar.all(path, c => auth.fetch(c.req.raw, { ip: c.env.ip }))
  }
  bar.all('/api/*', c => api.fetch(c.req.raw, c.env))
  for (const app of apps) bar.get(`/${app}`, c => c.redirect(`/${app}/`, 308))
  // Pages only: what an API says beside a secret must not tell by its length what that is.
  bar.get('*', compress(), c => {
    for (const site of pages) {
      const response = site(c.req.path, c.req.raw)
      if (response) return response
    }
    return c.text('There is nothing here. The way in is at /', 404, pageHeaders)
  })

  return {
    auth,
    missing: [...apps, 'tour'].filter((_, index) => sites[index] === null),
    fetch: async (request, host = {}) => bar.fetch(request, { ip: host.ip }),
  }
}
