import { z } from 'zod'
import type { SessionRow } from '../database/tables.ts'
import type { Instant } from '../database/values.ts'

/** A cursor that was not made by `encodeCursor`. */
export class InvalidCursor extends Error {
  override readonly name = 'InvalidCursor'
}

/** PostgreSQL knows no year 0, and fails with a statement that has one. */
const instant = z.iso.datetime({ precision: 3 }).refine(text => !text.startsWith('0000'))
const position = z.tuple([instant, z.uuid()])

/** Names the last session of a page, so that the next begins behind it even if others have come. */
export const encodeCursor = ({ created_at, id }: Pick<SessionRow, 'created_at' | 'id'>): string =>
  Buffer.from(JSON.stringify([created_at, id])).toString('base64url')

/** @throws {InvalidCursor} */
export function decodeCursor(cursor: string): { createdAt: Instant; id: string } {
  try {
    const [createdAt, id] = position.parse(
      JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')),
    )
    return { createdAt, id }
  } catch (cause) {
    throw new InvalidCursor('The cursor is not one that this list has given', { cause })
  }
}
