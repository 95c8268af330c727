import type { DeleteResult } from 'kysely'

/** How many rows one statement deletes: few enough to be done long before `statement_timeout`. */
export const piece = 1_000

/**
 * Deletes piece by piece until one is not full, and returns how many rows. Where instances clean up at the
 * same time each takes other rows (`skip locked`), so none waits, and a piece that is not full because
 * of that is finished by the others.
 */
export async function inPieces(deletePiece: () => Promise<DeleteResult>): Promise<number> {
  for (let total = 0; ; ) {
    const deleted = Number((await deletePiece()).numDeletedRows)
    total += deleted
    if (deleted < piece) return total
  }
}
