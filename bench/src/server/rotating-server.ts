import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { API, type Tokens } from '../peers/peer.ts'
import {
  accessToken,
  type Dialect,
  dialectOf,
  type Granted,
  idToken,
  refreshTokenIn,
  saysDenied,
  saysGranted,
} from './dialects.ts'

/** What goes wrong, and only that. */
export type Fault =
  | 'none'
  /** The API refuses a token that the page believes in; its 401s arrive over 300 ms. */
  | 'refused'
  /** The token endpoint answers 503, for two seconds from the first question on. */
  | 'unavailable'
  /** The token endpoint ends the connection without a word, for as long. */
  | 'dropped'
  /** The server rotates, and the connection ends in the middle of the first answer. */
  | 'answer-lost'
  /** The answer to a refresh takes half a second. */
  | 'slow'

export interface RotatingServerOptions {
  readonly fault?: Fault
  /** Milliseconds in which a used refresh token gets the same successor again. 0 is strict. @default 0 */
  readonly grace?: number
  /** Further documents by path. */
  readonly documents?: ReadonlyMap<string, { readonly type: string; readonly body: string }>
}

/** One session behind a real port. It speaks the dialect in which it is asked. */
export interface RotatingServer extends AsyncDisposable {
  readonly origin: string
  /** The tokens of the sign-in. The access token is over, by the clock or (`refused`) by decision. */
  readonly tokens: Tokens
  refreshes(): number
  /** Whether a text holds a refresh token that was issued after the sign-in. */
  hasNewerTokenIn(text: string): boolean
}

const LIFETIME = 3600
const OUTAGE = 2_000
const SPREAD = 300
const DELAY = 500

/** Pages that are isolated have a clock of five microseconds instead of a hundred. */
const ISOLATED = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
}

/**
 * Starts a server that rotates refresh tokens and ends the session when one is used twice after its
 * grace: the advice of RFC 9700 §4.14.2, as small as it can be.
 */
export async function startRotatingServer(
  options: RotatingServerOptions = {},
): Promise<RotatingServer> {
  const { fault = 'none', grace = 0, documents = new Map() } = options
  const server = createServer((question, answer) => {
    respond(question, answer).catch(() => answer.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const origin = `http://localhost:${typeof address === 'object' ? address?.port : 0}`

  const age = fault === 'refused' ? 0 : LIFETIME + 60
  const receivedAt = Date.now() - age * 1000
  const first: Granted = {
    accessToken: accessToken(receivedAt, LIFETIME),
    refreshToken: tokenOf(0),
    lifetime: LIFETIME,
  }
  const accepted = new Set<string>()
  let generation = 0
  let rotatedAt = 0
  let newest = first
  let isLive = true
  let refreshes = 0
  let refusals = 0
  let brokenUntil: number | null = null

  async function respond(question: IncomingMessage, answer: ServerResponse): Promise<void> {
    const url = question.url ?? ''
    const dialect = dialectOf(url)
    const body = await textOf(question)
    if (dialect !== null) return refresh(dialect, refreshTokenIn(body), answer)
    if (url === API) return guard(question.headers.authorization, answer)
    if (url.includes('/logout')) {
      isLive = false
      return send(answer, 200, '{}')
    }
    const document = documents.get(url)
    if (document === undefined) return send(answer, 404, '{}')
    answer.writeHead(200, { 'content-type': document.type, ...ISOLATED }).end(document.body)
  }

  async function guard(authorization: string | undefined, answer: ServerResponse): Promise<void> {
    const isGood = isLive && accepted.has(authorization ?? '')
    if (!isGood && fault === 'refused') await pause((refusals++ * 15) % SPREAD)
    send(answer, isGood ? 200 : 401, '{}')
  }

  async function refresh(dialect: Dialect, token: string, answer: ServerResponse): Promise<void> {
    refreshes++
    if (fault === 'unavailable' || fault === 'dropped') {
      brokenUntil ??= Date.now() + OUTAGE
      if (Date.now() < brokenUntil) {
        if (fault === 'dropped') answer.destroy()
        else send(answer, 503, '{"message":"Service Unavailable"}')
        return
      }
    }
    const granted = rotate(token)
    if (granted === null) {
      const denied = saysDenied(dialect)
      return send(answer, denied.status, JSON.stringify(denied.body))
    }
    const text = JSON.stringify(saysGranted(dialect, granted, origin))
    if (fault === 'answer-lost' && refreshes === 1) {
      // Browsers quietly repeat a request whose connection ends before the first byte, so one is sent.
      answer.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length })
      answer.write(text.slice(0, 1), () => answer.destroy())
      return
    }
    // An answer takes the time of a network, or races would be over before they begin.
    await pause(fault === 'slow' ? DELAY : 30)
    send(answer, 200, text)
  }

  function rotate(token: string): Granted | null {
    if (!isLive) return null
    if (token === tokenOf(generation)) {
      generation++
      rotatedAt = Date.now()
      newest = {
        accessToken: accessToken(rotatedAt, LIFETIME),
        refreshToken: tokenOf(generation),
        lifetime: LIFETIME,
      }
      accepted.add(`Bearer ${newest.accessToken}`)
      return newest
    }
    if (token === tokenOf(generation - 1) && Date.now() < rotatedAt + grace) return newest
    isLive = false
    return null
  }

  return {
    origin,
    tokens: { ...first, receivedAt, idToken: idToken(origin) },
    refreshes: () => refreshes,
    hasNewerTokenIn: text => generation > 0 && text.includes(tokenOf(generation)),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function tokenOf(generation: number): string {
  return `refresh-token-${generation}-of-this-session`
}

async function textOf(question: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of question) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

function send(answer: ServerResponse, status: number, body: string): void {
  answer.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  answer.end(body)
}

function pause(ms: number): Promise<void> {
  return new Promise(done => setTimeout(done, ms))
}
