import { randomUUID } from 'node:crypto'
import { type Clock, type EpochMs, repeat } from '../clock.ts'
import type { Database } from '../database/open-database.ts'
import type { Proof } from '../http/authenticate.ts'
import { Problem, schemeOf } from '../http/problem.ts'
import { judgeSession } from '../sessions/judge.ts'
import { selectSessions } from '../sessions/read-session.ts'
import type { SessionWithUser } from '../sessions/session.ts'
import type { Audience, News, NewsChannel } from './news.ts'

export interface StreamLimits {
  /** Open streams of one session; further ones are 429 `too_many_streams`. @default 5 */
  readonly perSession?: number | undefined
  /** Open streams of this instance; further ones are 503. @default 10_000 */
  readonly total?: number | undefined
}

/** The open streams of server-sent events of one instance. */
export interface Streams {
  /**
   * Opens a stream for a request that has been proven.
   * @param lastEventId What the client has heard last, to be told what came after.
   * @throws {Problem} 429 `too_many_streams` or 503
   */
  open(prove: () => Promise<Proof>, lastEventId: string | null): Promise<Response>
  /** Tells everybody who is meant, on every instance. */
  publish(tenantId: string, event: string, data: unknown, to?: Audience): Promise<void>
  /** Ends all streams; the clients come back, to another instance or to the next. */
  close(): Promise<void>
}

interface Stream {
  readonly proof: Proof
  role: string
  send(text: string): void
  end(): void
}

type AppEvent = Extract<News, { is: 'app-event' }>

/** Often enough for proxies that end silent connections, and for news that got lost. */
const heartbeat = 15_000

/** Bytes that a client may be behind, before it is cut off to begin again. */
const patience = 64 * 1024

const remembered = 1_000
const chunk = 200

/**
 * Makes the streams. What ends one is the session's row: it is read again when there is news of its user,
 * and every 15 seconds. A stream also ends with the access token that opened it.
 */
export function createStreams(
  { kysely }: Database,
  channel: NewsChannel,
  clock: Clock,
  { perSession = 5, total = 10_000 }: StreamLimits = {},
): Streams {
  const streams = new Set<Stream>()
  /** The last app events, so that a client that was away for a moment has missed nothing. */
  const recent: AppEvent[] = []
  /** How often sessions were said to have changed. */
  let changes = 0
  let opened: Promise<void> | undefined
  let stopBeating: (() => void) | undefined

  /** Nothing is heard, and nothing runs, before the first stream. */
  function start(): Promise<void> {
    opened ??= channel.listen(hear, () => check([...streams]))
    stopBeating ??= repeat(clock, heartbeat, beat)
    return opened
  }

  function hear(news: News): void {
    switch (news.is) {
      case 'sessions-changed': {
        changes++
        const { tenantId, userId, kind } = news
        const concerned = [...streams].filter(
          ({ proof: { verified } }) =>
            verified.tenant.id === tenantId && (userId === null || verified.user.id === userId),
        )
        check(concerned, kind)
        return
      }
      case 'app-event': {
        recent.push(news)
        if (recent.length > remembered) recent.shift()
        for (const stream of streams) if (isFor(stream, news)) stream.send(toText(news))
      }
    }
  }

  function beat(): void {
    for (const stream of streams) stream.send(':\n\n')
    check([...streams])
  }

  /** Reads the sessions of streams again and ends those that are over; `kind` is told to the others. */
  async function check(concerned: readonly Stream[], kind?: string): Promise<void> {
    for (const some of inChunks(concerned)) {
      const [tenantId = ''] = some.map(tenantOf)
      try {
        const ids = new Set(some.map(({ proof }) => proof.verified.session.id))
        const rows = await selectSessions(kysely, tenantId)
          .where('sessions.id', 'in', [...ids])
          .execute()
        const byId = new Map(rows.map(row => [row.id, row]))
        for (const stream of some) judge(stream, byId.get(stream.proof.verified.session.id), kind)
      } catch {
        return // a database that is away ends nobody's session
      }
    }
  }

  function judge(stream: Stream, row: SessionWithUser | undefined, kind?: string): void {
    const now: EpochMs = clock.now()
    const code = row ? judgeSession(row, now) : 'session_revoked'
    if (code) {
      const reason = row?.revoke_reason ?? code
      stream.send(toText({ event: 'session.revoked', data: { code, reason } }))
      stream.end()
    } else if (row && (!stream.proof.holds(row) || stream.proof.until <= now)) {
      stream.end() // to be opened again with the token that is good now
    } else if (row) {
      stream.role = row.role
      if (kind) stream.send(toText({ event: 'session.updated', data: { kind } }))
    }
  }

  return {
    async open(prove, lastEventId) {
      // Listening comes first: what happens after the proof is heard, and what happens to a session while
      // it is being proven is looked for once the stream is one of those that are looked through.
      await start()
      const before = changes
      const proof = await prove()
      const { session, user } = proof.verified
      const siblings = [...streams].filter(one => one.proof.verified.session.id === session.id)
      if (siblings.length >= perSession) throw new Problem('too_many_streams', { retryAfter: 15 })
      if (streams.size >= total) {
        const scheme = schemeOf(session.transport)
        throw new Problem('temporarily_unavailable', { retryAfter: 15, scheme })
      }
      const encoder = new TextEncoder()
      let controller: ReadableStreamDefaultController<Uint8Array>
      const stream: Stream = {
        proof,
        role: user.role,
        send(text) {
          if (!streams.has(stream)) return
          if ((controller.desiredSize ?? 0) <= 0) stream.end()
          else controller.enqueue(encoder.encode(text))
        },
        end() {
          if (streams.delete(stream)) controller.close()
        },
      }
      const body = new ReadableStream<Uint8Array>(
        {
          start(its) {
            controller = its
            streams.add(stream)
            stream.send('retry: 3000\n\n')
            for (const missed of missedSince(lastEventId)) {
              if (missed === 'unknown') stream.send(toText({ event: 'missed', data: {} }))
              else if (isFor(stream, missed)) stream.send(toText(missed))
            }
          },
          cancel: () => void streams.delete(stream),
        },
        new ByteLengthQueuingStrategy({ highWaterMark: patience }),
      )
      if (changes !== before) void check([stream])
      return new Response(body, {
        headers: { 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' },
      })
    },

    async publish(tenantId, event, data, to = {}) {
      if (!/^[\w.-]{1,64}$/.test(event) || event.startsWith('session.')) {
        throw new TypeError(
          `An event is named in letters, digits, ".", "_" and "-", and not "session.…"; got "${event}"`,
        )
      }
      await channel.publish({ is: 'app-event', id: randomUUID(), tenantId, to, event, data })
    },

    async close() {
      stopBeating?.()
      for (const stream of [...streams]) stream.end()
      await opened
      await channel.close()
    },
  }

  /** Returns what came after an event, or that nobody knows any more. */
  function missedSince(lastEventId: string | null): readonly (AppEvent | 'unknown')[] {
    if (!lastEventId) return []
    const index = recent.findIndex(({ id }) => id === lastEventId)
    return index < 0 ? ['unknown'] : recent.slice(index + 1)
  }
}

const tenantOf = ({ proof }: Stream): string => proof.verified.tenant.id

/** Streams of one tenant at a time, and not too many. */
function* inChunks(streams: readonly Stream[]): Generator<readonly Stream[]> {
  for (const tenant of new Set(streams.map(tenantOf))) {
    const some = streams.filter(stream => tenantOf(stream) === tenant)
    for (let from = 0; from < some.length; from += chunk) yield some.slice(from, from + chunk)
  }
}

const isFor = ({ proof: { verified }, role }: Stream, { tenantId, to }: AppEvent): boolean =>
  verified.tenant.id === tenantId &&
  (to.userId === undefined || to.userId === verified.user.id) &&
  (to.role === undefined || to.role === role)

/** JSON has no line breaks of its own, so `data` is always one line. */
const toText = ({ id, event, data }: { id?: string; event: string; data: unknown }): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
