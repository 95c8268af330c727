import { describe } from 'vitest'
import {
  adminUrl,
  createPostgres,
  createSqlite,
  hasPostgres,
  type TestDatabase,
} from './test-databases.ts'

export { adminUrl, createPostgres, createSqlite, hasPostgres, type TestDatabase }

/**
 * Runs a suite on both databases. Without a PostgreSQL that half is reported as skipped, except in
 * CI, where it has to be there.
 */
export function describeOnBoth(
  title: string,
  suite: (create: () => Promise<TestDatabase>) => void,
) {
  describe(`${title} (SQLite)`, () => suite(createSqlite))
  if (hasPostgres) describe(`${title} (PostgreSQL)`, () => suite(createPostgres))
  else
    describe.skip(`${title} (PostgreSQL: none answers at ${adminUrl})`, () => suite(createPostgres))
}
