import { z } from 'zod'

// What the endpoints answer. The tests hold every answer to these schemas, exactly.

const instant = z.iso.datetime()
const seconds = z.number().int()

export const userSchema = z
  .strictObject({
    id: z.uuid(),
    email: z.string(),
    name: z.string().nullable(),
    role: z.string(),
    tenant_id: z.uuid(),
  })
  .meta({ id: 'User' })

const sessionShape = {
  id: z.uuid(),
  current: z.boolean().meta({ description: 'Whether it is the one that asks.' }),
  client_id: z.string(),
  device: z.strictObject({ label: z.string(), user_agent: z.string().nullable() }),
  ip: z.string().nullable(),
  created_at: instant,
  last_seen_at: instant,
  auth_time: instant.meta({ description: 'When the password was last given.' }),
  expires_at: instant.meta({ description: 'The idle limit.' }),
  absolute_expires_at: instant,
  remember: z.boolean(),
  device_info: z.string().meta({ description: 'The label, as older clients read it.' }),
  ip_address: z.string().nullable().meta({ description: '`ip`, as older clients read it.' }),
  last_activity: instant.meta({ description: '`last_seen_at`, as older clients read it.' }),
  is_active: z.literal(true),
}

export const sessionSchema = z
  .strictObject(sessionShape)
  .meta({ id: 'Session', description: 'A live session; never a credential.' })

const grant = {
  refresh_expires_in: seconds.meta({ description: 'Seconds until the idle limit.' }),
  rotation: z.enum(['rotated', 'replayed', 'recovered']).optional().meta({
    description: 'How a refresh came about; only there.',
  }),
  user: userSchema,
  session: sessionSchema,
}

const access = {
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  expires_in: seconds,
}

export const tokenSchema = z
  .strictObject({ ...access, refresh_token: z.string(), ...grant })
  .meta({ id: 'TokenResponse', description: 'Transport `bearer`.' })

export const splitTokenSchema = z.strictObject({ ...access, ...grant }).meta({
  id: 'SplitTokenResponse',
  description: 'Transport `split`: the refresh token is in the cookie.',
})

export const cookieSessionSchema = z.strictObject(grant).meta({
  id: 'CookieSessionResponse',
  description: 'Transport `cookie`: everything secret is in the cookie.',
})

export const grantSchema = z.union([tokenSchema, splitTokenSchema, cookieSessionSchema])

export const problemSchema = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.string().meta({ description: 'What clients branch on; it never changes its meaning.' }),
    detail: z.string().optional(),
    reason: z.string().optional().meta({
      description:
        'Why a session has ended, with `session_revoked` and `refresh_token_reused`: `logout`, `logout_all`, `revoked` (from another device), `admin`, `password_changed`, `replaced` (by another sign-in), `session_limit`, `reuse_detected`, or a word of the operator’s own.',
    }),
    reasons: z.array(z.string()).optional().meta({ description: 'What is wrong with a password.' }),
    max_age: seconds.optional().meta({
      description: 'Seconds within which the password must have been given (RFC 9470).',
    }),
    error: z.string().meta({ description: 'The code in the vocabulary of OAuth.' }),
    error_description: z.string(),
    instance: z.string().meta({ description: 'The request, as in the header `Request-Id`.' }),
  })
  .meta({ id: 'Problem', description: 'A problem document (RFC 9457).' })

export const messageSchema = z.strictObject({ message: z.string() })
export const revokedAllSchema = z.strictObject({ message: z.string(), revoked: z.number().int() })
export const revokedSchema = z.strictObject({ revoked: z.number().int() })
export const meSchema = z.strictObject({ user: userSchema, session: sessionSchema })

const page = { total: z.number().int(), next_cursor: z.string().nullable() }

export const sessionListSchema = z.strictObject({ sessions: z.array(sessionSchema), ...page })

export const jwksSchema = z.strictObject({
  keys: z.array(
    z.strictObject({
      kty: z.literal('EC'),
      crv: z.literal('P-256'),
      x: z.string(),
      y: z.string(),
      kid: z.string(),
      alg: z.literal('ES256'),
      use: z.literal('sig'),
    }),
  ),
})

export const adminSessionListSchema = z.strictObject({
  sessions: z.array(z.strictObject({ ...sessionShape, user: userSchema })),
  ...page,
})

export const accountListSchema = z.strictObject({
  users: z.array(
    z.strictObject({ ...userSchema.shape, created_at: instant, disabled: z.boolean() }),
  ),
  next_cursor: z.string().nullable(),
})

const counts = z.record(z.string(), z.number().int())

export const dashboardSchema = z
  .strictObject({
    active: z.number().int(),
    users: z.number().int().meta({ description: 'Users with an active session.' }),
    active_by_client: counts,
    per_user: z.strictObject({ average: z.number(), most: z.number().int() }),
    created_today: z.number().int().meta({ description: 'Since midnight UTC.' }),
    expired: z.number().int().meta({ description: 'Within 24 hours.' }),
    revoked: counts.meta({ description: 'Within 24 hours, by reason.' }),
    refreshes: z
      .strictObject({
        since: instant,
        rotated: z.number().int(),
        replayed: z.number().int(),
        recovered: z.number().int(),
        refused: z.number().int(),
        reuse_detected: z.number().int(),
      })
      .meta({ description: 'As this instance has seen them since it started.' }),
  })
  .meta({ id: 'Dashboard' })

export const eventListSchema = z.strictObject({
  events: z.array(
    z.strictObject({
      id: z.number().int(),
      at: instant,
      kind: z.string(),
      user_id: z.uuid().nullable(),
      session_id: z.uuid().nullable(),
      ip: z.string().nullable(),
      user_agent: z.string().nullable(),
      data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    }),
  ),
})
