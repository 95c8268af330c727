import { createHash, createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type pg from 'pg'

const page = new URL('../../../../docs/what-your-backend-must-do.md', import.meta.url)

/** The statements of the page, by what their first line calls them. */
export const statements: ReadonlyMap<string, string> = new Map(
  [...readFileSync(page, 'utf8').matchAll(/```sql\n-- ([a-z- ]+)[^\n]*\n([\s\S]*?)```/g)].map(
    ([, name = '', text = '']) => [name, text],
  ),
)

interface Row {
  readonly id: string
  readonly user_id: string
  readonly gen: number
  readonly parent_gen: number
  readonly confirmed_gen: number
  readonly window_gen: number
  readonly created_at: Date
  readonly last_seen_at: Date
  readonly revoked_at: Date | null
  readonly revoke_reason: string | null
  readonly is_expired: boolean
  readonly is_in_grace: boolean
}

/** What a token of the page says. */
interface Token {
  readonly sid: string
  readonly gen: number
  readonly secret: string
}

const lifetime = 900

/** A backend that is made of the page: its statements as they stand there, and its tables of decisions. */
export function createDocumentedBackend(
  pool: pg.Pool,
  account: { readonly id: string; readonly email: string; readonly password: string },
) {
  const key = randomBytes(32)

  async function query(name: string, ...values: unknown[]): Promise<Row[]> {
    const text = statements.get(name)
    if (text === undefined) throw new Error(`The page has no statement "${name}"`)
    return (await pool.query<Row>(text, values)).rows
  }

  const sign = (kind: string, text: string) =>
    createHmac('sha256', key).update(`${kind} ${text}`).digest('base64url')

  const write = (kind: string, token: object) => {
    const text = Buffer.from(JSON.stringify(token)).toString('base64url')
    return `${text}.${sign(kind, text)}`
  }

  function read(kind: string, token: unknown): Token | undefined {
    const [text = '', signature = ''] = String(token).split('.')
    const right = Buffer.from(sign(kind, text))
    const given = Buffer.from(signature)
    if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined
    return JSON.parse(Buffer.from(text, 'base64url').toString())
  }

  const toSession = ({ id, created_at, last_seen_at }: Row, current: string) => ({
    id,
    current: id === current,
    created_at,
    last_seen_at,
  })

  const user = { id: account.id, email: account.email }

  const grant = (row: Row, secret: string) =>
    answer(200, {
      access_token: write('access', {
        sid: row.id,
        gen: row.gen,
        exp: Date.now() + lifetime * 1000,
      }),
      token_type: 'Bearer',
      expires_in: lifetime,
      refresh_token: write('refresh', { sid: row.id, gen: row.gen, secret }),
      user,
      session: toSession(row, row.id),
    })

  async function login({ email, password }: Record<string, unknown>): Promise<Response> {
    if (email !== account.email || password !== account.password) {
      return refuse(401, 'invalid_credentials')
    }
    const secret = randomBytes(18).toString('base64url')
    const [row] = await query('sign-in', randomUUID(), account.id, hash(secret))
    return row ? grant(row, secret) : refuse(503, 'temporarily_unavailable')
  }

  async function refresh(body: Record<string, unknown>): Promise<Response> {
    const token = read('refresh', body.refresh_token)
    if (!token) return refuse(401, 'invalid_refresh_token')
    const { sid, gen, secret } = token
    for (let attempt = 0; attempt < 5; attempt++) {
      const [rotated] = await query('rotate', sid, gen, hash(secret))
      if (rotated) return grant(rotated, secret)

      const [row] = await query('read', sid, hash(secret))
      if (!row) return refuse(401, 'invalid_refresh_token')
      if (row.revoked_at) return refuse(401, 'session_revoked', { reason: row.revoke_reason })
      if (row.is_expired) return refuse(401, 'session_expired')
      if (row.is_in_grace && (gen === row.parent_gen || gen >= row.window_gen)) {
        return grant(row, secret)
      }
      if (!row.is_in_grace && gen === row.confirmed_gen) {
        const [recovered] = await query('recover', sid, gen, row.gen)
        if (recovered) return grant(recovered, secret)
      } else {
        const [ended] = await query('end', sid, row.gen)
        if (ended) return refuse(401, 'refresh_token_reused')
      }
    }
    return refuse(503, 'temporarily_unavailable')
  }

  async function verify(request: Request): Promise<Row | undefined> {
    const token = read('access', request.headers.get('Authorization')?.replace('Bearer ', ''))
    if (!token) return undefined
    const [row] = await query('verify', token.sid, token.gen)
    if (row) await query('confirm', token.sid, token.gen)
    return row
  }

  async function logout(request: Request, body: Record<string, unknown>): Promise<Response> {
    const session = read('refresh', body.refresh_token)?.sid ?? (await verify(request))?.id
    if (session) await query('sign-out', session, null)
    return answer(200, { message: 'Signed out.' })
  }

  return async (request: Request): Promise<Response> => {
    const { method } = request
    const path = new URL(request.url).pathname.replace('/api/auth', '')
    const body = method === 'POST' ? await request.json().catch(() => undefined) : {}
    if (body === undefined) return refuse(400, 'invalid_request')
    const call = `${method} ${path}`
    if (call === 'POST /login') return login(body)
    if (call === 'POST /refresh') return refresh(body)
    if (call === 'POST /logout') return logout(request, body)

    const own = await verify(request)
    if (!own) return refuse(401, 'invalid_access_token')
    if (call === 'GET /me') return answer(200, { user, session: toSession(own, own.id) })
    if (call === 'GET /sessions') {
      const rows = await query('list', own.user_id)
      return answer(200, { sessions: rows.map(row => toSession(row, own.id)) })
    }
    if (call === 'POST /logout-all') {
      const rows = await query(
        'sign-out everywhere',
        own.user_id,
        body.keep_current ? own.id : null,
      )
      return answer(200, { revoked: rows.length })
    }
    if (method === 'DELETE') {
      const [ended] = await query('sign-out', path.split('/').at(-1), own.user_id)
      return ended ? new Response(null, { status: 204 }) : refuse(404, 'session_not_found')
    }
    return refuse(404, 'not_found')
  }
}

const hash = (text: string) => createHash('sha256').update(text).digest()

const always = { 'Cache-Control': 'no-store' }

const answer = (status: number, body: object) => Response.json(body, { status, headers: always })

function refuse(status: number, code: string, details: object = {}): Response {
  const problem = { type: `urn:problem:${code}`, title: code.replaceAll('_', ' '), status, code }
  const document = { ...problem, ...details }
  return Response.json(document, {
    status,
    headers: {
      ...always,
      'Content-Type': 'application/problem+json',
      ...(status === 401 && { 'WWW-Authenticate': 'Bearer' }),
      ...(status === 503 && { 'Retry-After': '1' }),
    },
  })
}
