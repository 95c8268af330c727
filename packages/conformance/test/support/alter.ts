import type { AuthServerOptions } from '@tabkeeper/server'
import type { Transport } from '../../src/index.ts'
import type { Answering, Defect } from './backend.ts'

/** A backend with one thing wrong, and the rules that this breaks: no other may fail. */
export interface Flawed {
  readonly flaw: string
  readonly breaks: readonly string[]
  /** @default 'bearer' */
  readonly transport?: Transport
  readonly options?: Partial<AuthServerOptions>
  readonly defect?: Defect
}

export type Members = Record<string, unknown>

/** Whether a request is for one of these endpoints: `/login`, or `POST /login`. */
export const isTo = ({ url, method }: Request, ...endpoints: readonly string[]): boolean => {
  const path = new URL(url).pathname.replace('/api/auth', '')
  return endpoints.some(one => one === path || one === `${method} ${path}`)
}

/** Passes requests on, and answers some of them otherwise. */
export const answering =
  (
    isMeant: (answer: Response, request: Request) => boolean | Promise<boolean>,
    change: (answer: Response, request: Request) => Response | Promise<Response>,
  ): Defect =>
  backend =>
  async request => {
    const answer = await backend(request.clone())
    return (await isMeant(answer, request)) ? change(answer, request) : answer
  }

/** Passes other requests on than those that came. */
export const asking =
  (isMeant: (request: Request) => boolean, change: (request: Request) => Request): Defect =>
  backend =>
  request =>
    backend(isMeant(request) ? change(request) : request)

export const withStatus = (status: number) => (answer: Response) =>
  new Response(answer.body, { status, headers: answer.headers })

export const withoutHeader = (name: string) => (answer: Response) => withHeader(name, null)(answer)

export const withHeader = (name: string, value: string | null) => (answer: Response) => {
  const headers = new Headers(answer.headers)
  if (value === null) headers.delete(name)
  else headers.set(name, value)
  return new Response(answer.body, { status: answer.status, headers })
}

/** Changes what the first `Set-Cookie` says. */
export const withCookie = (change: (cookie: string) => string) => (answer: Response) => {
  const [cookie] = answer.headers.getSetCookie()
  return cookie === undefined ? answer : withHeader('Set-Cookie', change(cookie))(answer)
}

/** Changes the members of a JSON body. */
export const withMembers =
  (change: (body: Members) => Members) =>
  async (answer: Response): Promise<Response> => {
    const { status, headers } = answer
    const body: Members = JSON.parse(await answer.text())
    return new Response(JSON.stringify(change(body)), { status, headers })
  }

export const isRefused = ({ status }: Response) => status >= 400

export const isGranted = ({ ok }: Response, request: Request) =>
  ok && isTo(request, '/login', '/refresh')

const isStream = ({ headers }: Response) => headers.get('Content-Type') === 'text/event-stream'

export async function codeOf(answer: Response): Promise<unknown> {
  if (isStream(answer)) return undefined // it has no end to be read to
  const text = await answer.clone().text()
  return text.startsWith('{') ? JSON.parse(text).code : undefined
}

/** Sends the same request with other headers. */
export function readdress(request: Request, changes: Readonly<Record<string, string | null>>) {
  const headers = new Headers(request.headers)
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) headers.delete(name)
    else headers.set(name, value)
  }
  return new Request(request.clone(), { headers })
}

/** A request of the test's own, on the way of another. */
export const post = (request: Request, path: string, body: object, changes = {}) =>
  readdress(
    new Request(new URL(`/api/auth${path}`, request.url), {
      method: 'POST',
      headers: request.headers,
      body: JSON.stringify(body),
    }),
    { 'Content-Type': 'application/json', ...changes },
  )

export const get = (request: Request, path: string) =>
  new Request(new URL(`/api/auth${path}`, request.url), { headers: request.headers })

export const refreshTokenOf = async (request: Request): Promise<string> =>
  String((await request.clone().json()).refresh_token)

/** Asks who is signed in, as the token of a request. */
export const whoIs = (backend: Answering, request: Request) => backend(get(request, '/me'))
