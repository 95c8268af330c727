import { Hono } from 'hono'
import type { Streams } from '../../stream/streams.ts'
import type { ServerEnv } from '../api-headers.ts'
import { Problem } from '../problem.ts'
import type { Services } from '../services.ts'

const names = ['access_token', 'refresh_token', 'token', 'authorization', 'jwt', 'api_key']
const looksLikeToken = /^(srt1_|eyJ)/

/** `GET /api/events`: what happens to a session, and what the app wants to tell, as it happens. */
export const eventRoutes = ({ prove }: Services, streams: Streams) =>
  new Hono<ServerEnv>().get('/', async c => {
    // URLs are written to logs and histories, so a token in one is already lost (RFC 9700 §4.3.2).
    for (const [name, value] of new URL(c.req.url).searchParams) {
      if (names.includes(name.toLowerCase()) || looksLikeToken.test(value)) {
        throw new Problem('invalid_request', {
          detail: 'A token never belongs into a URL: send it in the Authorization header.',
        })
      }
    }
    // A stream that nobody reads would stay open.
    if (c.req.method === 'HEAD') {
      await prove(c.req.raw, c.env)
      return c.body(null, 200, { 'Content-Type': 'text/event-stream' })
    }
    return streams.open(() => prove(c.req.raw, c.env), c.req.header('Last-Event-ID') ?? null)
  })
