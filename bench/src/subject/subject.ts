import axios from 'axios'
import type { Transport } from '../peers/catalogue.ts'
import { API, type Client, type Peer, TOKEN_PATHS, type Tokens } from '../peers/peer.ts'
import { installEcho, installPlatform, installServer, ORIGIN, tokensOfAge } from './stub.ts'

/** What one process or page can be asked to do with the one peer that it holds. */
export interface Subject {
  /** Seeds and opens the peer with a good token, above a transport that answers at once. */
  prepareAdded(): Promise<void>
  /** Times so many requests of the floor, one after the other, and as many of the peer, several times in turns. */
  added(requests: number, turns: number): Promise<readonly Turn[]>
  /** How often the peer reads web storage for one request. */
  storageReads(): Promise<number>
  /** Sends so many requests at once with a token that is over. */
  waiting(requests: number): Promise<Waited>
  /** The same against a server behind a real port. */
  waitingOverHttp(
    requests: number,
    origin: string,
    tokens: Tokens,
  ): Promise<Pick<Waited, 'peer' | 'failed'>>
  /** Milliseconds for what nobody can be spared: one refresh, then the requests with its token. */
  floorOverHttp(requests: number, origin: string, tokens: Tokens): Promise<number>
  /** Removes what is stored, and stores these tokens. */
  seed(tokens: Tokens, origin: string): Promise<void>
  /** At a moment of the clock, opens the peer and sends so many requests at once. */
  wakeUp(origin: string, requests: number, at: number): Promise<Woken>
  signOut(): Promise<void>
  /** Whether a request with what is there now is answered with a 200, within a second. */
  isSignedIn(): Promise<boolean>
  /** All that is in local storage. */
  stored(): string
}

/** Microseconds of one request: by the floor, and what the peer adds to it. */
export interface Turn {
  readonly floor: number
  readonly added: number
}

/** How many requests were not answered with a 200, and how many of these not at all within ten seconds. */
export interface Woken {
  readonly failed: number
  readonly hanging: number
}

export interface Waited {
  /** Milliseconds that the same requests take after a refresh, without the peer. */
  readonly floor: number
  readonly peer: number
  readonly refreshes: number
  readonly failed: number
}

/** An age at which a token that lives for an hour is over, however its end is rounded. Milliseconds. */
const LONG_OVER = 3_660_000

/** Milliseconds after which nothing of a client that was closed is left. */
const SETTLED = 250

/**
 * What anything is compared with: fetch with a constant header, and axios bare, because a header among its
 * defaults costs axios itself 0.8 µs a request, almost as much as an interceptor that sets it.
 */
function openFloor(transport: Transport, origin: string): Client {
  if (transport === 'fetch') {
    const headers = { Authorization: 'Bearer constant' }
    const orders = origin + API
    return { request: async () => (await fetch(orders, { headers })).status }
  }
  const api = axios.create({ baseURL: origin })
  return { request: async () => (await api.get(API)).status }
}

/** Makes a subject of a peer. */
export function createSubject(peer: Peer, transport: Transport): Subject {
  let floor: Client = openFloor(transport, ORIGIN)
  let client: Client | null = null

  function opened(): Client {
    if (client === null) throw new Error('The peer is not open yet.')
    return client
  }

  async function seedTokens(age: number): Promise<Tokens> {
    client?.close?.()
    localStorage.clear()
    const tokens = tokensOfAge(age)
    await peer.seed(tokens, ORIGIN)
    return tokens
  }

  return {
    async prepareAdded() {
      installEcho()
      await seedTokens(0)
      client = peer.open(ORIGIN)
      floor = openFloor(transport, ORIGIN)
      await inTurn(client, 10)
    },

    async added(requests, turns) {
      const measured: Turn[] = []
      let before = await inTurn(floor, requests)
      for (let turn = 0; turn < turns; turn++) {
        const timed = await inTurn(opened(), requests)
        const after = await inTurn(floor, requests)
        // What slows the machine down slowly is in all three.
        const beside = (before + after) / 2
        measured.push({ floor: beside, added: timed - beside })
        before = after
      }
      return measured
    },

    async storageReads() {
      const REQUESTS = 100
      let reads = 0
      const { getItem } = localStorage
      const kind = Object.getPrototypeOf(localStorage)
      kind.getItem = function (key: string) {
        reads++
        return getItem.call(this, key)
      }
      await inTurn(opened(), REQUESTS)
      kind.getItem = getItem
      return reads / REQUESTS
    },

    async waiting(requests) {
      // The lock of the session before is held for a moment longer than the session.
      await pause(SETTLED)
      const tokens = await seedTokens(LONG_OVER)
      const server = installServer(tokens)
      const { failed, time } = await timedAtOnce(() => peer.open(ORIGIN), requests)
      const refreshes = server.refreshes()
      await pause(SETTLED)
      installServer(tokens)
      const floor = await refreshThenRequests(transport, requests, ORIGIN, tokens)
      return { floor, peer: time, refreshes, failed }
    },

    async waitingOverHttp(requests, origin, tokens) {
      installPlatform()
      localStorage.clear()
      await peer.seed(tokens, origin)
      const { failed, time } = await timedAtOnce(() => peer.open(origin), requests)
      return { peer: time, failed }
    },
    floorOverHttp(requests, origin, tokens) {
      installPlatform()
      return refreshThenRequests(transport, requests, origin, tokens)
    },

    async seed(tokens, origin) {
      localStorage.clear()
      await peer.seed(tokens, origin)
    },
    async wakeUp(origin, requests, at) {
      await pause(at - Date.now())
      client = peer.open(origin)
      let good = 0
      let bad = 0
      const sent = Array.from({ length: requests }, () =>
        opened()
          .request()
          .catch(() => 0)
          .then(status => (status === 200 ? good++ : bad++)),
      )
      await Promise.race([Promise.all(sent), pause(10_000)])
      return { failed: requests - good, hanging: requests - good - bad }
    },
    async signOut() {
      await opened().signOut?.()
    },
    async isSignedIn() {
      return (await within(1_000, opened())) === 200
    },
    stored: () => JSON.stringify(localStorage),
  }
}

/** Microseconds of one of so many requests, each sent when the one before has been answered. */
async function inTurn(client: Client, requests: number): Promise<number> {
  let sum = 0
  const start = performance.now()
  for (let sent = 0; sent < requests; sent++) sum += await client.request()
  const time = performance.now() - start
  // Looked at, so that nothing of it can be left out by a compiler.
  if (sum !== requests * 200) throw new Error(`Some of ${requests} requests were not answered.`)
  return (time * 1_000) / requests
}

/** How many failed, of so many requests that are sent together. */
async function atOnce(client: Client, requests: number): Promise<number> {
  const statuses = await Promise.all(
    Array.from({ length: requests }, () => client.request().catch(() => 0)),
  )
  return statuses.filter(status => status !== 200).length
}

/** The status of one request; 0 if it fails or takes longer than somebody would wait. */
async function within(ms: number, client: Client): Promise<number> {
  return Promise.race([client.request().catch(() => 0), pause(ms).then(() => 0)])
}

function pause(ms: number): Promise<void> {
  return new Promise(done => setTimeout(done, Math.max(0, ms)))
}

/** Opens a peer, sends so many requests together, and closes it. */
async function timedAtOnce(
  open: () => Client,
  requests: number,
): Promise<{ failed: number; time: number }> {
  globalThis.gc?.()
  const start = performance.now()
  const client = open()
  const failed = await atOnce(client, requests)
  const time = performance.now() - start
  client.close?.()
  return { failed, time }
}

/** The work that nobody can be spared, by hand: one refresh, then the requests with its token. */
async function refreshThenRequests(
  transport: Transport,
  requests: number,
  origin: string,
  { refreshToken }: Tokens,
): Promise<number> {
  globalThis.gc?.()
  const api = axios.create({ baseURL: origin })
  const start = performance.now()
  const question = { refresh_token: refreshToken }
  const token =
    transport === 'fetch'
      ? (await (await fetch(origin + TOKEN_PATHS.rest, post(question))).json()).access_token
      : (await api.post(TOKEN_PATHS.rest, question)).data.access_token
  const headers = { Authorization: `Bearer ${token}` }
  const orders = origin + API
  const request =
    transport === 'fetch'
      ? async () => (await fetch(orders, { headers })).status
      : async () => (await api.get(API, { headers })).status
  const failed = await atOnce({ request }, requests)
  if (failed > 0) throw new Error(`${failed} of the floor's requests failed.`)
  return performance.now() - start
}

function post(body: object): RequestInit {
  return { method: 'POST', body: JSON.stringify(body) }
}
