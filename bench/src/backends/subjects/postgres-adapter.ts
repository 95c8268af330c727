import type { AdapterFactory, AdapterPayload } from 'oidc-provider'
import type pg from 'pg'

/**
 * Makes a store for oidc-provider in PostgreSQL, as its documents have one made: a row for each token and
 * grant. It comes with none, and this one does no more than is asked of it.
 */
export async function createPostgresAdapter(pool: pg.Pool): Promise<AdapterFactory> {
  await pool.query(`
    create table oidc (
      id text primary key, payload jsonb not null, grant_id text, expires_at timestamptz, consumed_at timestamptz);
    create index on oidc (grant_id);
    create index on oidc (expires_at)`)

  return model => {
    const key = (id: string) => `${model}:${id}`
    return {
      async upsert(id, payload, expiresIn) {
        await pool.query(
          `insert into oidc (id, payload, grant_id, expires_at) values ($1, $2, $3, now() + $4 * interval '1 second')
           on conflict (id) do update set payload = excluded.payload, expires_at = excluded.expires_at`,
          [key(id), payload, payload.grantId ?? null, expiresIn],
        )
      },
      async find(id) {
        const { rows } = await pool.query<{ payload: AdapterPayload; consumed: boolean }>(
          'select payload, consumed_at is not null as consumed from oidc where id = $1',
          [key(id)],
        )
        const [row] = rows
        return row && { ...row.payload, ...(row.consumed && { consumed: true }) }
      },
      async consume(id) {
        await pool.query('update oidc set consumed_at = now() where id = $1', [key(id)])
      },
      async destroy(id) {
        await pool.query('delete from oidc where id = $1', [key(id)])
      },
      // What follows is not part of a refresh.
      async findByUserCode() {
        return undefined
      },
      async findByUid() {
        return undefined
      },
      async revokeByGrantId() {},
    }
  }
}
