import { Undecided } from '../verdict.ts'
import { type Answer, memberOf, type Question, readAnswer } from './answer.ts'
import { outline } from './outline.ts'
import type { Secrets } from './secrets.ts'

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
  readonly count: number
}

export function createSender(wire: Wire): Sender {
  let count = 0

  async function send(question: Question): Promise<Answer> {
    if (count >= wire.budget) {
      throw new Undecided(`the budget of ${wire.budget} requests is used up`)
    }
    count++
    const began = wire.now()
    try {
      const answer = await readAnswer(
        await wire.fetch(toRequest(wire, question)),
        describe(question),
        () => wire.now() - began,
      )
      learn(answer)
      return answer
    } catch (error) {
      throw new Undecided(`${describe(question)} had no answer: ${reasonOf(error)}`)
    }
  }

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
    get count() {
      return count
    },
  }
}

function toRequest({ authUrl, timeout }: Wire, { method, path, body, headers }: Question): Request {
  const given = Object.entries({
    Accept: 'application/json',
    'Content-Type': body === undefined ? undefined : 'application/json',
    ...headers,
  }).flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]]))
  return new Request(authUrl + path, {
    method,
    headers: given,
    redirect: 'manual',
    signal: AbortSignal.timeout(timeout),
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
}

function describe({ method, path, body, note }: Question): string {
  const what = body === undefined ? '' : typeof body === 'string' ? '' : ` ${outline(body)}`
  const place = path.replace(/\?.*/, '?…')
  return `${method} ${place}${what}${note === undefined ? '' : `, ${note}`}`
}

/** The code of the innermost cause: fetch itself says no more than that it failed. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'it failed'
  const code = memberOf(error.cause, 'code') ?? memberOf(error, 'code')
  if (error.name === 'TimeoutError') return 'it took too long'
  return typeof code === 'string' ? code : error.message
}
