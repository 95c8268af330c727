import { createHash } from 'node:crypto'
import pg from 'pg'
import { defaultTenantId } from '../../../../packages/server/src/database/migrations.ts'
import { hashSecret, secretLength } from '../../../../packages/server/src/tokens/refresh-token.ts'
import type { SubjectOptions } from './subject.ts'

/** What has to be known of a row to make its tokens. Ids and secrets follow from the number of the row. */
export interface FilledSession {
  readonly id: string
  readonly userId: string
  readonly secret: Buffer
}

const mostUsers = 100_000

/** Session `n`, counted from 1. Odd ones are those of the cookie. */
export function filledSession(n: number, sessions: number): FilledSession {
  const users = Math.min(sessions, mostUsers)
  return {
    id: toUuid(`session ${n}`),
    userId: toUuid(`user ${((n - 1) % users) + 1}`),
    secret: createHash('sha256').update(`secret ${n}`).digest().subarray(0, secretLength),
  }
}

/**
 * Fills in users and sessions by the million. They were all seen just now, or, where nothing is to be noted
 * of that, in an hour.
 */
export async function fillSessions({
  databaseUrl,
  sessions,
  lastSeen,
}: SubjectOptions): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const users = Math.min(sessions, mostUsers)
    await client.query(
      `insert into users (id, tenant_id, email, name, role, password_hash, created_at)
       select ${uuidOf('user')}, $1, 'user-' || n || '@bar.example', 'Guest', 'user',
         '$argon2id$v=19$m=19456,t=2,p=1$' || repeat('a', 66), now()
       from generate_series(1, $2::int) n`,
      [defaultTenantId, users],
    )
    await client.query(
      `insert into sessions (id, tenant_id, user_id, client_id, transport, seed_hash, window_at,
         rotated_at, created_at, auth_time, last_seen_at, absolute_expires_at, expires_at, remember,
         device_label, user_agent, ip)
       select ${uuidOf('session')}, $1, ${uuidOf('user', '((n - 1) % $3::int) + 1')},
         case n % 2 when 1 then 'till' else 'default' end,
         case n % 2 when 1 then 'cookie' else 'bearer' end,
         sha256(substring(sha256(('secret ' || n)::bytea) from 1 for ${secretLength})),
         t, t, t, t, t + interval '${lastSeen === 'noted' ? 0 : 1} hours', t + interval '30 days', t + interval '7 days',
         true, 'Firefox on Linux',
         'Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0', '203.0.113.7'
       from generate_series(1, $2::int) n, date_trunc('milliseconds', now()) t`,
      [defaultTenantId, sessions, users],
    )
    const { rows } = await client.query<{ seed_hash: Buffer }>(
      'select seed_hash from sessions where id = $1',
      [filledSession(1, sessions).id],
    )
    if (!rows[0]?.seed_hash.equals(hashSecret(filledSession(1, sessions).secret))) {
      throw new Error('The rows that were filled in are not those that tokens are made for.')
    }
    await client.query('vacuum analyze users, sessions')
    await client.query('checkpoint')
  } finally {
    await client.end()
  }
}

/** A version 4 UUID made of a name. */
function toUuid(name: string): string {
  const hash = createHash('md5').update(name).digest('hex')
  const hex = `${hash.slice(0, 12)}4${hash.slice(13, 16)}8${hash.slice(17)}`
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** The same in SQL. */
const uuidOf = (what: string, number = 'n'): string =>
  `overlay(overlay(md5('${what} ' || (${number})) placing '4' from 13) placing '8' from 17)::uuid`
