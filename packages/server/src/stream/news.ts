import { sql } from 'kysely'
import { z } from 'zod'
import type { Database } from '../database/open-database.ts'

/** Who hears of an event: everybody in the tenant to whom all of these apply. */
export interface Audience {
  readonly userId?: string | undefined
  readonly role?: string | undefined
}

const news = z.discriminatedUnion('is', [
  z.object({
    is: z.literal('sessions-changed'),
    tenantId: z.string(),
    /** `null` for all users of the tenant. */
    userId: z.string().nullable(),
    /** What happened, such as `revoked`. */
    kind: z.string(),
  }),
  z.object({
    is: z.literal('app-event'),
    id: z.string(),
    tenantId: z.string(),
    to: z.object({ userId: z.string().optional(), role: z.string().optional() }),
    event: z.string(),
    data: z.unknown(),
  }),
])

/** What one instance tells all instances, itself included. */
export type News = z.infer<typeof news>

/** Carries news between the instances that share a database. */
export interface NewsChannel {
  /** @throws {TypeError} for more than PostgreSQL carries */
  publish(item: News): Promise<void>
  /** Resolves when news arrive, or cannot for now. `onGap` is called when some may have been missed. */
  listen(onNews: (item: News) => void, onGap: () => void): Promise<void>
  close(): Promise<void>
}

/** PostgreSQL takes fewer than 8,000 bytes. */
const most = 7_900

/**
 * Makes the channel: LISTEN and NOTIFY on PostgreSQL. An embedded database has one process, which hears
 * itself.
 */
export function createNewsChannel({ kysely, notifications }: Database): NewsChannel {
  const listeners = new Set<(item: News) => void>()
  let stop: (() => Promise<void>) | undefined

  function hear(payload: string): void {
    const item = news.safeParse(parseJson(payload))
    if (!item.success) return // of a newer version of this server, or of somebody else on this database
    for (const listener of listeners) listener(item.data)
  }

  return {
    async publish(item) {
      const payload = JSON.stringify(item)
      if (Buffer.byteLength(payload) > most) {
        throw new TypeError(`An event has at most ${most} bytes; send an id instead of a document`)
      }
      if (notifications) await sql`select pg_notify('tabkeeper', ${payload})`.execute(kysely)
      else hear(payload)
    },
    async listen(onNews, onGap) {
      listeners.add(onNews)
      stop = await notifications?.listen('tabkeeper', hear, onGap)
    },
    async close() {
      listeners.clear()
      await stop?.()
    },
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
