import { getText } from '../http-text.ts'
import { listen } from './listen.ts'
import { obey } from './subject.ts'

/** The same HTTP layer as ours and better-auth's, and nobody looks who asks. */
obey(async () => ({
  port: await listen(async () => Response.json({ id: '00000000-0000-4000-8000-000000000000' })),
  requests: {
    open: async count => Array<string>(count).fill(getText('/api/orders', {})),
  },
  refreshTokens: {},
}))
