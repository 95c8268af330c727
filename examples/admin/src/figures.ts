import { ApiError } from '@tabkeeper-examples/house/api-error'
import * as z from 'zod/mini'
import { api } from './api.ts'

/** The last day at the bar. */
export type Figures = z.infer<typeof figures>
const figures = z.object({
  from: z.string(),
  to: z.string(),
  orders: z.object({ placed: z.number(), made: z.number(), open: z.number() }),
  revenue_cents: z.number(),
  median_wait: z.nullable(z.number()),
  placed_by_hour: z.array(z.number()),
  favourites: z.array(z.object({ name: z.string(), quantity: z.number() })),
})

export async function loadFigures(signal: AbortSignal): Promise<Figures> {
  const { data } = await api.get<unknown>('/dashboard', { signal })
  const parsed = figures.safeParse(data)
  if (!parsed.success) throw new ApiError('unreadable', 'Not an answer of the bar’s server.')
  return parsed.data
}
