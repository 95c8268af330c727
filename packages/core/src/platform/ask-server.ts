import { SessionError } from '../errors.ts'
import { membersOf, textOr } from '../tokens/shapes.ts'

/** What an auth server answered, read to its end. */
export interface Answer {
  readonly status: number
  readonly isOk: boolean
  /** What kind of body came: none at all, JSON, or anything else (an HTML page of a proxy). */
  readonly kind: 'empty' | 'json' | 'other'
  readonly body: unknown
  /** The server's own word for what went wrong (RFC 9457 extension member), where there is one. */
  readonly code: string | undefined
  /** OAuth's word for it (RFC 6749 §5.2), where there is one. */
  readonly error: string | undefined
  /** Milliseconds; from either form of `Retry-After` (RFC 9110 §10.2.3). */
  readonly retryAfter: number | null
}

/** Read by our own adapters: a refresh that goes through a wrapped `fetch` must not wait for itself. */
const OURS = { session: false }

export interface Question extends Omit<RequestInit, 'signal'> {
  readonly signal?: AbortSignal | undefined
}

/** Statuses of the 4xx that say "not now" rather than "no" (RFC 9110 §15.5, RFC 8470, RFC 6585). */
const NOT_NOW: ReadonlySet<number> = new Set([408, 421, 425, 429])

/**
 * What the auth server at `url` answers. Nothing between it and the page may answer in its place: no
 * cache, no redirect. Rejects as `send` does, where there is no answer or not the whole of it.
 */
export async function askServer(
  send: typeof globalThis.fetch,
  url: string | URL,
  { signal, ...init }: Question,
): Promise<Answer> {
  const headers = new Headers(init.headers)
  headers.set('accept', 'application/json')
  const response = await send(url, {
    ...OURS,
    ...init,
    headers,
    cache: 'no-store',
    redirect: 'error',
    referrerPolicy: 'no-referrer',
    ...(signal && { signal }),
  })
  return readAnswer(response)
}

/** The server's word for what went wrong, its own before OAuth's. */
export function codeOf({ code, error }: Answer): string | undefined {
  return code ?? error
}

/** The error that an answer amounts to that is not the one hoped for. */
export function failure(answer: Answer): SessionError {
  const { status, retryAfter, kind } = answer
  const code = codeOf(answer) ?? ''
  // Some servers put a sentence there, and that may repeat what was sent.
  const serverCode = /^[\w.:/-]{1,40}$/.test(code) ? code : undefined
  const details = {
    status,
    reasons: reasonsIn(answer.body),
    ...(serverCode && { serverCode }),
    ...(retryAfter !== null && { retryAfter }),
  }
  const said = `The server answered ${status}${serverCode ? ` (${serverCode})` : ''}`
  if (serverCode === 'invalid_credentials')
    return new SessionError(
      'invalid-credentials',
      'The user name or the password is wrong.',
      details,
    )
  const isVerdict = kind !== 'other' && status >= 400 && status < 500 && !NOT_NOW.has(status)
  return isVerdict
    ? new SessionError('rejected', `${said}.`, details)
    : new SessionError('unreachable', `${said}, which is no verdict; try again later.`, details)
}

/** Words of a vocabulary, and nothing that was sent: a token or a sentence is none. */
function reasonsIn(body: unknown): readonly string[] {
  const { reasons } = membersOf(body)
  return Array.isArray(reasons)
    ? reasons.filter(each => typeof each === 'string' && /^[a-z_]{1,40}$/.test(each))
    : []
}

async function readAnswer(response: Response): Promise<Answer> {
  const { status, ok: isOk, headers } = response
  const retryAfter = readRetryAfter(headers.get('retry-after'), headers.get('date'))
  const { kind, body } = readBody(await response.text())
  const { code, error } = membersOf(body)
  return {
    status,
    isOk,
    kind,
    body,
    retryAfter,
    code: textOr(code, undefined),
    error: textOr(error, undefined),
  }
}

function readBody(text: string): Pick<Answer, 'kind' | 'body'> {
  if (text === '') return { kind: 'empty', body: null }
  try {
    return { kind: 'json', body: JSON.parse(text) }
  } catch {
    return { kind: 'other', body: null }
  }
}

/** A date is one of the server's clock, and is compared with that wherever its `Date` can be read. */
function readRetryAfter(value: string | null, date: string | null): number | null {
  if (value === null) return null
  const now = Date.parse(date ?? '') || Date.now()
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now
  return Number.isNaN(ms) ? null : Math.max(0, ms)
}
