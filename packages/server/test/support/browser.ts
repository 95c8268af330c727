import type { AuthServer } from '../../src/index.ts'
import { expectContract } from './contract.ts'
import { expectNoSecrets } from './no-secrets.ts'
import { type Answer, readAnswer } from './test-server.ts'

export interface StoredCookie {
  readonly value: string
  readonly path: string
  readonly attributes: readonly string[]
}

export interface Visit {
  readonly body?: unknown
  readonly token?: string
  /** Replaces what the page sends by itself; `undefined` leaves it out. */
  readonly headers?: Readonly<Record<string, string | undefined>>
}

export type TestBrowser = ReturnType<typeof createBrowser>

/**
 * Sends what a page of the server's own origin sends, and keeps cookies as browsers do: by name and
 * path, sent only below their path, gone when told so.
 */
export function createBrowser(
  server: AuthServer,
  client = 'default',
  origin = 'https://bar.example',
) {
  const cookies = new Map<string, StoredCookie>()

  function keep(header: string): void {
    const [pair = '', ...attributes] = header.split('; ')
    const [name = '', value = ''] = pair.split('=')
    const path = attributes.find(one => one.startsWith('Path='))?.slice('Path='.length) ?? '/'
    if (attributes.includes('Max-Age=0')) cookies.delete(`${name};${path}`)
    else cookies.set(`${name};${path}`, { value, path, attributes })
  }

  const sent = (pathname: string) =>
    [...cookies]
      .filter(
        ([, { path }]) => path === '/' || pathname === path || pathname.startsWith(`${path}/`),
      )
      .map(([key, { value }]) => `${key.split(';')[0]}=${value}`)
      .join('; ')

  async function request(method: string, pathname: string, visit: Visit = {}): Promise<Answer> {
    const { body, token, headers } = visit
    const all: Record<string, string | undefined> = {
      'Sec-Fetch-Site': 'same-origin',
      'X-Session-Client': client,
      'Content-Type': method === 'POST' ? 'application/json' : undefined,
      Authorization: token && `Bearer ${token}`,
      Cookie: sent(pathname) || undefined,
      ...headers,
    }
    const given = Object.entries(all).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as [string, string]],
    )
    const response = await server.fetch(
      new Request(origin + pathname, {
        method,
        headers: given,
        ...(body !== undefined && {
          body: typeof body === 'string' ? body : JSON.stringify(body),
        }),
      }),
      { ip: '203.0.113.7' },
    )
    for (const header of response.headers.getSetCookie()) keep(header)
    const answer = await readAnswer(response)
    expectContract(method, decodeURI(pathname), answer)
    expectNoSecrets(answer)
    return answer
  }

  return {
    cookies,
    keep,
    /** What the `Cookie` header says below a path. */
    sent,
    request,
    get: (path: string, visit?: Visit) => request('GET', `/api/auth${path}`, visit),
    post: (path: string, visit?: Visit) => request('POST', `/api/auth${path}`, visit),
    delete: (path: string, visit?: Visit) => request('DELETE', `/api/auth${path}`, visit),
  }
}
