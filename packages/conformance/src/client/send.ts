import { Undecided } from '../verdict.ts'
import { type Answer, memberOf, type Question, readAnswer } from './answer.ts'
import { outline } from './outline.ts'
import type { Secrets } from './secrets.ts'
import { openStream, type Stream } from './stream.ts'

/** What is needed to send anything. */
export interface Wire {
  readonly authUrl: string
  readonly fetch: (request: Request) => Promise<Response>
  /** Most requests. */
  readonly budget: number
  /** Milliseconds to wait for an answer. */
  readonly timeout: number
  readonly now: () => number
  readonly secrets: Secrets
}

/** Sends questions, and counts them. */
export interface Sender {
  send(question: Question): Promise<Answer>
  /** The same for an answer that may go on: what it says is heard and dropped. */
  open(question: Question): Promise<Stream>
  readonly count: number
}

export function createSender(wire: Wire): Sender {
  let count = 0

  /** Counts a request, and says of one that fails what it was. */
  async function counted<T>(question: Question, ask: () => Promise<T>): Promise<T> {
    if (count >= wire.budget) {
      throw new Undecided(`the budget of ${wire.budget} requests is used up`)
    }
    count++
    try {
      return await ask()
    } catch (error) {
      throw new Undecided(`${describe(question)} had no answer: ${reasonOf(error)}`)
    }
  }

  const send = (question: Question) =>
    counted(question, async () => {
      const began = wire.now()
      const request = toRequest(wire, question, AbortSignal.timeout(wire.timeout))
      const response = await wire.fetch(request)
      const answer = await readAnswer(response, describe(question), () => wire.now() - began)
      learn(answer)
      return answer
    })

  const open = (question: Question) =>
    counted(question, async () => {
      const hangUp = new AbortController()
      const tooLong = setTimeout(
        () => hangUp.abort(new DOMException('', 'TimeoutError')),
        wire.timeout,
      )
      try {
        const response = await wire.fetch(toRequest(wire, question, hangUp.signal))
        return await openStream(response, describe(question), () => hangUp.abort())
      } finally {
        clearTimeout(tooLong)
      }
    })

  /** Whatever opens a door is a secret from the moment that it is seen. */
  function learn({ body, cookies }: Answer): void {
    for (const name of ['access_token', 'refresh_token', 'id_token', 'token']) {
      const value = memberOf(body, name)
      if (typeof value === 'string') wire.secrets.learn(value)
    }
    for (const { value } of cookies) wire.secrets.learn(value)
  }

  return {
    send,
    open,
    get count() {
      return count
    },
  }
}

function toRequest(
  { authUrl }: Wire,
  { method, path, body, headers }: Question,
  signal: AbortSignal,
): Request {
  const given = Object.entries({
    Accept: 'application/json',
    'Content-Type': body === undefined ? undefined : 'application/json',
    ...headers,
  }).flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]]))
  return new Request(path.startsWith('/') ? authUrl + path : path, {
    method,
    headers: given,
    redirect: 'manual',
    signal,
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
}

function describe({ method, path, body, note }: Question): string {
  const what = body === undefined ? '' : typeof body === 'string' ? '' : ` ${outline(body)}`
  const place = path.replace(/\?.*/, '?…')
  return `${method} ${place}${what}${note === undefined ? '' : `, ${note}`}`
}

const untrusted =
  'its certificate is not trusted; name the file of its authority in NODE_EXTRA_CA_CERTS'

/** What the codes of the platform mean for whoever has to do something about it. */
const meanings: ReadonlyMap<unknown, string> = new Map([
  ['ECONNREFUSED', 'nobody listens there'],
  ['ENOTFOUND', 'there is no host of that name'],
  ['EAI_AGAIN', 'the name of the host cannot be looked up'],
  ['ECONNRESET', 'the connection was closed'],
  ['UND_ERR_SOCKET', 'the connection was closed'],
  ['EPROTO', 'it does not speak https'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'it does not speak https'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', untrusted],
  ['SELF_SIGNED_CERT_IN_CHAIN', untrusted],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', untrusted],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', untrusted],
  ['CERT_HAS_EXPIRED', 'its certificate has expired'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is for another host'],
])

/** What the innermost cause says: fetch itself says no more than that it failed. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'it failed'
  if (error.name === 'TimeoutError') return 'it took too long'
  const code = memberOf(error.cause, 'code') ?? memberOf(error, 'code')
  const meaning = meanings.get(code)
  if (meaning !== undefined) return `${meaning} (${code})`
  if (typeof code === 'string') return code
  return error.cause instanceof Error ? error.cause.message : error.message
}
