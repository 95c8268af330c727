import axios, { AxiosError, AxiosHeaders, type AxiosResponse } from 'axios'
import type { Tokens } from '../peers/peer.ts'
import {
  accessToken,
  dialectOf,
  type Granted,
  idToken,
  refreshTokenIn,
  saysDenied,
  saysGranted,
} from '../server/dialects.ts'

export const ORIGIN = 'http://localhost'

/** Tokens that came so many milliseconds ago and live for an hour. */
export function tokensOfAge(age: number, refreshToken = 'R0'): Tokens {
  const receivedAt = Date.now() - age
  const lifetime = 3600
  return {
    accessToken: accessToken(receivedAt, lifetime),
    refreshToken,
    idToken: idToken(ORIGIN),
    lifetime,
    receivedAt,
  }
}

const platform = { fetch: globalThis.fetch, adapter: axios.defaults.adapter }

/** Takes what was put under fetch and axios away again. */
export function installPlatform(): void {
  globalThis.fetch = platform.fetch
  if (platform.adapter !== undefined) axios.defaults.adapter = platform.adapter
}

/**
 * Puts a transport under fetch and axios that answers every request at once with the same answer: what
 * is left of a request is what is around it.
 */
export function installEcho(): void {
  const response = new Response(null, { status: 200 })
  globalThis.fetch = () => Promise.resolve(response)
  const headers = new AxiosHeaders()
  axios.defaults.adapter = config =>
    Promise.resolve({ data: '', status: 200, statusText: 'OK', headers, config, request: null })
}

/** A server that rotates, inside this process. Its answers come in a later turn of the event loop. */
export interface StubServer {
  refreshes(): number
}

export function installServer(initial: Tokens): StubServer {
  let held: Granted = initial
  // What the first of all requests brings is over; from the first refresh on the newest is good.
  let good: string | null = null
  let refreshes = 0

  function answer(
    url: string,
    authorization: unknown,
    body: unknown,
  ): readonly [number, string | null] {
    const dialect = dialectOf(url)
    if (dialect === null) return [good !== null && authorization === good ? 200 : 401, null]
    refreshes++
    if (refreshTokenIn(String(body)) !== held.refreshToken) {
      const denied = saysDenied(dialect)
      return [denied.status, JSON.stringify(denied.body)]
    }
    const lifetime = 3600
    held = {
      accessToken: accessToken(Date.now(), lifetime),
      refreshToken: `R${refreshes}`,
      lifetime,
    }
    good = `Bearer ${held.accessToken}`
    return [200, JSON.stringify(saysGranted(dialect, held, ORIGIN))]
  }

  globalThis.fetch = async (input, init) => {
    const url = input instanceof Request ? input.url : String(input)
    const headers = init?.headers ?? (input instanceof Request ? input.headers : undefined)
    const body = init?.body instanceof URLSearchParams ? init.body.toString() : init?.body
    await nextTurn()
    const [status, text] = answer(url, authorizationIn(headers), body)
    return new Response(text, { status, headers: JSON_HEADERS })
  }

  axios.defaults.adapter = async config => {
    await nextTurn()
    const url = config.url ?? ''
    const [status, data] = answer(url, config.headers.get('Authorization'), config.data)
    const response: AxiosResponse = {
      data,
      status,
      statusText: '',
      headers: new AxiosHeaders(JSON_HEADERS),
      config,
      request: null,
    }
    if (status === 200) return response
    throw new AxiosError(`Status ${status}`, AxiosError.ERR_BAD_REQUEST, config, null, response)
  }

  return { refreshes: () => refreshes }
}

const JSON_HEADERS = { 'content-type': 'application/json' }

function authorizationIn(headers: HeadersInit | undefined): string | null {
  if (headers === undefined) return null
  if (headers instanceof Headers) return headers.get('Authorization')
  if (Array.isArray(headers)) return new Headers(headers).get('Authorization')
  return headers.Authorization ?? new Headers(headers).get('Authorization')
}

// All who wait for a turn get the same one, as answers that come in one packet do.
let turn: Promise<void> | null = null

function nextTurn(): Promise<void> {
  turn ??= new Promise(resolve => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      turn = null
      port1.close()
      resolve()
    }
    port2.postMessage(null)
  })
  return turn
}
