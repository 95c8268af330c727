import { createHmac } from 'node:crypto'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import pg from 'pg'
import { getText } from '../http-text.ts'
import { listen } from './listen.ts'
import { obey } from './subject.ts'

const secret = 'a secret of the bench, which nobody else uses'

/**
 * As its documents show it: `pg` as the database, the session by `auth.api.getSession`. Its cookie cache is
 * off, as it is unless asked for: with it a session that was ended is still taken for minutes.
 */
obey(async ({ databaseUrl, sessions }) => {
  const pool = new pg.Pool({ connectionString: databaseUrl })
  const options = {
    database: pool,
    secret,
    baseURL: 'http://localhost',
    emailAndPassword: { enabled: true },
    telemetry: { enabled: false },
  }
  const { runMigrations } = await getMigrations(options)
  await runMigrations()
  const auth = betterAuth(options)
  await pool.query(
    `with made as (
       insert into "user" (id, name, email, "emailVerified", "createdAt", "updatedAt")
       select md5('user ' || n), 'Guest', 'user-' || n || '@bar.example', true, now(), now()
       from generate_series(1, $1) n returning id)
     insert into session (id, "expiresAt", token, "createdAt", "updatedAt", "userId")
     select md5('session ' || id), now() + interval '7 days', md5('token ' || id), now(), now(), id
     from made`,
    [sessions],
  )
  await pool.query('vacuum analyze "user", session')
  const { rows } = await pool.query<{ token: string }>('select token from session order by token')

  const port = await listen(async request => {
    const found = await auth.api.getSession({ headers: request.headers })
    return found === null
      ? new Response(null, { status: 401 })
      : Response.json({ id: found.user.id })
  })
  const { name } = (await auth.$context).authCookies.sessionToken
  return {
    port,
    requests: {
      cookie: async count =>
        rows.slice(0, count).map(({ token }) => {
          const signature = createHmac('sha256', secret).update(token).digest('base64')
          return getText('/api/orders', {
            Cookie: `${name}=${encodeURIComponent(`${token}.${signature}`)}`,
          })
        }),
    },
    refreshTokens: {},
  }
})
