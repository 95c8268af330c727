import type { ColumnType } from 'kysely'
import type { EpochMs } from '../clock.ts'

/**
 * A point in time as both databases store, compare and return it: ISO 8601 in UTC with
 * milliseconds. It is `timestamptz` in PostgreSQL, and text in SQLite, where this fixed width makes
 * the alphabetical order the order of time.
 */
export type Instant = string

/** A truth value: `boolean` in PostgreSQL, 0 or 1 in SQLite; both take a 0 or 1. */
export type Flag = ColumnType<boolean | 0 | 1, 0 | 1, 0 | 1>

export const toInstant = (at: EpochMs): Instant => new Date(at).toISOString()

export const fromInstant = (instant: Instant): EpochMs => Date.parse(instant)

export const toFlag = (value: boolean): 0 | 1 => (value ? 1 : 0)
