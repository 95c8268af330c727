import { ApiError } from '@tabkeeper-examples/house/api-error'
import { nameOf, person } from '@tabkeeper-examples/house/bar'
import * as z from 'zod/mini'
import { api } from './api.ts'

/** One place where somebody is signed in. */
export type StaffSession = z.infer<typeof staffSession>
const staffSession = z.object({
  id: z.string(),
  current: z.boolean(),
  client_id: z.string(),
  device: z.object({ label: z.nullish(z.string()) }),
  ip: z.nullish(z.string()),
  created_at: z.string(),
  last_seen_at: z.string(),
  user: person,
})
const answer = z.object({ sessions: z.array(staffSession) })

/** Returns who is signed in and where, newest first. */
export async function loadStaffSessions(signal: AbortSignal): Promise<readonly StaffSession[]> {
  const { data } = await api.get<unknown>('/staff/sessions', { signal })
  const parsed = answer.safeParse(data)
  if (!parsed.success) throw new ApiError('unreadable', 'Not an answer of the bar’s server.')
  return parsed.data.sessions
}

/** Ends one session; one that has ended already is as good. */
export async function endStaffSession(id: string): Promise<void> {
  await api.delete(`/staff/sessions/${encodeURIComponent(id)}`).catch((error: unknown) => {
    if (!(error instanceof ApiError && error.code === 'session_not_found')) throw error
  })
}

/** Returns whose session it is and where, in a few words. */
export const nameAndPlace = (one: StaffSession): string => `${nameOf(one.user)}, ${deviceOf(one)}`

/** Returns the room of the bar that the session's app stands for. */
export const roomOf = ({ client_id }: StaffSession): string => rooms[client_id] ?? client_id

const rooms: Readonly<Record<string, string>> = {
  admin: 'Office',
  customer: 'Table',
  bartender: 'Counter',
}

/** Returns the device as the server recognised it. */
export const deviceOf = (one: StaffSession): string => one.device.label || 'Unknown device'
