import { createHmac } from 'node:crypto'
import connectPgSimple from 'connect-pg-simple'
import express from 'express'
import session from 'express-session'
import pg from 'pg'
import { getText } from '../http-text.ts'
import { obey } from './subject.ts'

declare module 'express-session' {
  interface SessionData {
    userId: string
  }
}

const secret = 'a secret of the bench, which nobody else uses'
const month = 30 * 24 * 60 * 60_000

/**
 * As the documents of both packages show it: `resave` and `saveUninitialized` off, the table from
 * `table.sql`. Each request moves the expiry of its session by an update ("touch"); `disableTouch` of
 * connect-pg-simple leaves that out, and sessions then end at a fixed time.
 */
obey(async ({ databaseUrl, sessions }) => {
  const pool = new pg.Pool({ connectionString: databaseUrl })
  const PostgresStore = connectPgSimple(session)
  await pool.query(`
    create table session (sid varchar not null primary key, sess json not null, expire timestamp(6) not null);
    create index "IDX_session_expire" on session (expire)`)
  await pool.query(
    `insert into session (sid, sess, expire)
     select md5('session ' || n), json_build_object(
       'cookie', json_build_object('originalMaxAge', ${month}, 'expires', now() + interval '30 days',
         'httpOnly', true, 'path', '/'),
       'userId', gen_random_uuid()), now() + interval '30 days'
     from generate_series(1, $1) n`,
    [sessions],
  )
  const { rows } = await pool.query<{ sid: string }>('select sid from session order by sid')
  await pool.query('vacuum analyze session')

  const app = (disableTouch: boolean) => {
    const one = express()
    one.disable('x-powered-by')
    one.use(
      session({
        store: new PostgresStore({ pool, disableTouch }),
        secret,
        resave: false,
        saveUninitialized: false,
        cookie: { maxAge: month },
      }),
    )
    one.get('/api/orders', (request, response) => {
      if (request.session.userId === undefined) response.sendStatus(401)
      else response.json({ id: request.session.userId })
    })
    return one
  }
  const all = express()
  all.disable('x-powered-by')
  all.use('/touched', app(false))
  all.use('/untouched', app(true))
  const port = await new Promise<number>(resolve => {
    const server = all.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
  const requests = (path: string) => async (count: number) =>
    rows.slice(0, count).map(({ sid }) => {
      const signature = createHmac('sha256', secret).update(sid).digest('base64').replace(/=+$/, '')
      const cookie = encodeURIComponent(`s:${sid}.${signature}`)
      return getText(path, { Cookie: `connect.sid=${cookie}` })
    })
  return {
    port,
    requests: {
      cookie: requests('/touched/api/orders'),
      'cookie, no touch': requests('/untouched/api/orders'),
    },
    refreshTokens: {},
  }
})
