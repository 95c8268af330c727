import { randomUUID } from 'node:crypto'
import { type Clock, type Database, toInstant } from '@tabkeeper/server'
import { fileTypeFromBuffer } from 'file-type'
import type { BarTables } from './tables.ts'

/** A picture as it is stored, and as it is served. */
export interface Image {
  readonly id: string
  readonly contentType: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** The largest picture, in bytes. */
export const maxImageBytes = 2 * 1024 * 1024

/** What all browsers show, and what cannot hold a script. */
const shown = new Set(['image/png', 'image/jpeg', 'image/webp'])

/** The pictures of the menu. They lie in the database, so that all instances have them. */
export function createImages(database: Database, clock: Clock) {
  const kysely = database.kysely.withTables<BarTables>()

  return {
    /** Whether there is something on the menu to put a picture on. */
    async hasItem(itemId: string): Promise<boolean> {
      if (itemId.includes('\0')) return false // PostgreSQL knows no such text
      const item = kysely.selectFrom('bar_menu_items').select('id').where('id', '=', itemId)
      return (await item.executeTakeFirst()) !== undefined
    },

    /**
     * Puts a picture in the place of the one before; returns its id, which is random and says nothing.
     * What the bytes are is read from the bytes: what a client calls them proves nothing.
     * @returns null, with nothing written, where they are no picture that browsers show
     */
    async put(itemId: string, bytes: Uint8Array): Promise<string | null> {
      const contentType = (await fileTypeFromBuffer(bytes))?.mime
      if (contentType === undefined || !shown.has(contentType)) return null
      const id = randomUUID()
      await kysely.transaction().execute(async transaction => {
        await transaction
          .insertInto('bar_images')
          .values({
            id,
            item_id: itemId,
            content_type: contentType,
            bytes: Buffer.from(bytes),
            created_at: toInstant(clock.now()),
          })
          .execute()
        await transaction
          .deleteFrom('bar_images')
          .where('item_id', '=', itemId)
          .where('id', '!=', id)
          .execute()
      })
      return id
    },

    async remove(itemId: string): Promise<void> {
      await kysely.deleteFrom('bar_images').where('item_id', '=', itemId).execute()
    },

    async find(id: string): Promise<Image | null> {
      const row = await kysely
        .selectFrom('bar_images')
        .select(['id', 'content_type', 'bytes'])
        .where('id', '=', id)
        .executeTakeFirst()
      if (!row) return null
      return { id: row.id, contentType: row.content_type, bytes: new Uint8Array(row.bytes) }
    },

    /** The id of the picture of each item that has one. */
    async ofItems(): Promise<ReadonlyMap<string, string>> {
      const rows = await kysely.selectFrom('bar_images').select(['item_id', 'id']).execute()
      return new Map(rows.map(({ item_id, id }) => [item_id, id]))
    },
  }
}

/**
 * Serves a picture. Its address is random and its content never changes; whatever it is, no browser
 * takes it for a page of this origin.
 */
export function imageResponse({ contentType, bytes }: Image): Response {
  return new Response(bytes, {
    headers: {
      'Content-Type': contentType,
      'Content-Disposition': 'attachment',
      'Content-Security-Policy': "default-src 'none'; sandbox",
      'X-Content-Type-Options': 'nosniff',
      'Cache-Control': 'public, max-age=31536000, immutable',
    },
  })
}
