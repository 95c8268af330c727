import { z } from 'zod'

// What the endpoints take. The same schemas check requests and make the OpenAPI document.

const session = {
  remember: z
    .boolean()
    .optional()
    .meta({ description: 'Longer lifetimes, as the client has them.' }),
  device_label: z.string().trim().min(1).max(100).optional().meta({
    description: 'Shown in lists of sessions instead of what the user agent says.',
  }),
}

export const loginBody = z
  .object({
    email: z.string().min(1).max(320).optional(),
    username: z.string().min(1).max(320).optional().meta({ description: 'The same as `email`.' }),
    password: z.string().min(1),
    ...session,
  })
  .refine(body => body.email ?? body.username, { message: 'needs "email" or "username"' })

export const registerBody = z.object({
  email: z.email().max(320),
  password: z.string(),
  name: z.string().trim().min(1).max(100).optional(),
  ...session,
})

export const refreshBody = z.object({ refresh_token: z.string() })

/** A token in the body would be one that a script has read: no session changes its transport. */
export const refreshByCookieBody = z.object({
  refresh_token: z.never({ error: 'this client keeps its token in a cookie' }).optional(),
})

export const logoutBody = z.object({
  refresh_token: z.string().optional(),
  session_id: z.string().optional(),
})

export const logoutAllBody = z.object({
  keep_current: z.boolean().optional().meta({ description: 'Leaves the session that asks.' }),
})

export const reauthenticateBody = z.object({ password: z.string().min(1) })

export const passwordBody = z.object({
  current_password: z.string().min(1),
  new_password: z.string(),
  revoke_others: z.boolean().default(true),
})

export const sessionsQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).optional(),
  cursor: z.string().optional(),
})

export const adminListQuery = z.object({
  q: z.string().trim().min(1).max(320).optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
  cursor: z.string().max(400).optional(),
})

export const adminEventsQuery = z.object({
  user_id: z.uuid().optional(),
  kind: z.string().max(40).optional(),
  before: z.coerce.number().int().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
})
