import { outline } from './outline.ts'
import { readSetCookie, type SetCookie } from './set-cookie.ts'

/** A request as a rule puts it: what is left out is what every request of the client has. */
export interface Question {
  readonly method: string
  /** Below the place of the endpoints, or a whole URL. */
  readonly path: string
  /** Sent as JSON; text is sent as it is. */
  readonly body?: unknown
  /** `undefined` leaves out what would be sent otherwise. */
  readonly headers?: Readonly<Record<string, string | undefined>>
  /** What is special about it, for the report. */
  readonly note?: string
}

/** What a backend answered, read to its end. */
export interface Answer {
  /** What was asked, and what came, in words that hold nothing secret. */
  readonly sent: string
  readonly came: string
  readonly status: number
  readonly headers: Headers
  /** `undefined` for what is not JSON. */
  readonly body: unknown
  readonly text: string
  readonly cookies: readonly SetCookie[]
  /** How long it took. */
  readonly milliseconds: number
}

export async function readAnswer(
  response: Response,
  sent: string,
  since: () => number,
): Promise<Answer> {
  const { text, isWhole } = await readText(response)
  const milliseconds = since()
  const { status, headers } = response
  const body = isWhole ? parse(text) : undefined
  const cookies = headers.getSetCookie().map(readSetCookie)
  return {
    sent,
    came: `${status} with ${isWhole ? inWords(text, body, headers) : 'more than 256 KiB'}`,
    status,
    headers,
    body,
    text,
    cookies,
    milliseconds,
  }
}

/** More than any answer of the contract: whatever streams without end is cut off. */
const mostBytes = 256 * 1024

async function readText({ body }: Response): Promise<{ text: string; isWhole: boolean }> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length > mostBytes) return { text, isWhole: false }
  }
  return { text, isWhole: true }
}

function inWords(text: string, body: unknown, headers: Headers): string {
  if (text === '') return 'no body'
  if (body !== undefined) return outline(body)
  return `${headers.get('Content-Type')?.split(';')[0] ?? 'something'}, not JSON`
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A member of a body that may be anything. */
export function memberOf(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null
    ? new Map(Object.entries(body)).get(name)
    : undefined
}

export const isOk = ({ status }: Answer): boolean => status >= 200 && status < 300
