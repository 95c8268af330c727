import type { AuthEvent } from '@tabkeeper/server'
import { Hono } from 'hono'
import { z } from 'zod'
import type { DemoAccount } from './demo-accounts.ts'

/** What the tour can do to the bar. The ones that close it do so once their answer is out. */
export interface TourControls {
  accounts(): readonly DemoAccount[]
  isQuick(): boolean
  /** What happened at the server, oldest first. */
  events(): readonly AuthEvent[]
  setQuick(isQuick: boolean): void
  kill(pause: number): void
  loseNextAnswer(): void
}

const pace = z.object({ quick: z.boolean() })
const own = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * The controls of the tour under `/api/tour`: for a demonstration on one's own machine, never for a
 * bar that others can reach. They know the demo accounts and can close the bar, so they answer the
 * pages of this machine's own address and nobody else.
 */
export function createTourRoutes(controls: TourControls): Hono {
  const tour = new Hono().basePath('/api/tour')

  tour.use(async (c, next) => {
    const { hostname, origin } = new URL(c.req.url)
    const isOwnPage = c.req.method === 'GET' || c.req.header('Origin') === origin
    if (!own.has(hostname) || !isOwnPage) return c.json({ title: 'Not from here' }, 403)
    c.header('Cache-Control', 'no-store')
    return next()
  })

  tour.get('/', c => {
    const events = controls.events().map(({ kind, at, sessionId }) => ({ kind, at, sessionId }))
    return c.json({ quick: controls.isQuick(), accounts: controls.accounts(), events })
  })
  tour.post('/pace', async c => {
    const wanted = pace.safeParse(await c.req.json().catch(() => null))
    if (!wanted.success) return c.json({ title: 'Say {"quick": true} or false' }, 400)
    const { quick } = wanted.data
    if (quick !== controls.isQuick()) afterwards(() => controls.setQuick(quick))
    return c.body(null, 204)
  })
  tour.post('/kill', c => {
    afterwards(() => controls.kill(6_000))
    return c.body(null, 204)
  })
  tour.post('/lose-answer', c => {
    controls.loseNextAnswer()
    return c.body(null, 204)
  })
  return tour
}

const afterwards = (act: () => void) => void setTimeout(act, 100)
