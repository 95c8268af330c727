import { z } from 'zod'
import type { Transport } from '../options.ts'

// What the endpoints answer, as far as anybody depends on it. Further members are welcome.

const text = z.string().min(1)
const access = {
  access_token: text,
  token_type: z.string().regex(/^bearer$/i),
  expires_in: z.number().positive(),
}

/** What an answer with tokens holds in its body. */
export const grantSchemas: Readonly<Record<Transport, z.ZodType>> = {
  bearer: z.looseObject({ ...access, refresh_token: text }),
  split: z.looseObject(access),
  cookie: z.looseObject({}),
}

export const namedSchema = z.looseObject({
  user: z.looseObject({ id: text }),
  session: z.looseObject({ id: text }),
})

export const sessionSchema = z.looseObject({
  id: text,
  current: z.boolean(),
  created_at: z.iso.datetime({ offset: true }),
  last_seen_at: z.iso.datetime({ offset: true }),
})

/** Only what is needed to find one's way in a list; `sessionSchema` is what a session has to say. */
export const listSchema = z.looseObject({ sessions: z.array(z.looseObject({ id: text })) })

export const revokedSchema = z.looseObject({ revoked: z.number().int().min(0) })

export const problemSchema = z.looseObject({
  type: text,
  title: text,
  status: z.number().int(),
  code: text,
})

/** The codes of a refused refresh: each of them is the end of a session. */
export const endings = [
  'invalid_refresh_token',
  'refresh_token_reused',
  'session_expired',
  'session_revoked',
  'account_disabled',
] as const

/** Returns what a body lacks, or nothing. */
export function flaws(schema: z.ZodType, body: unknown): string {
  if (body === undefined) return 'without any of it'
  const { error } = schema.safeParse(body)
  return (error?.issues ?? [])
    .map(({ path, message }) => {
      const where = path.join('.') || 'the body'
      const what = message.replace(/^Invalid input: /, '')
      return what.endsWith('received undefined') ? `without ${where}` : `${where}: ${what}`
    })
    .join(', ')
}
