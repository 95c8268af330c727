import { createAuthServer } from '../auth-server.ts'
import { openDatabase } from '../database/open-database.ts'
import { loadKeys } from '../keys/load-keys.ts'
import { listen } from '../node/listen.ts'
import { readSettings } from '../node/settings.ts'

const hour = 60 * 60_000

/** Serves the endpoints as the environment says. Resolves with the function that ends it. */
export async function serve(env: NodeJS.ProcessEnv): Promise<() => Promise<void>> {
  const settings = readSettings(env)
  const { dataDir, databaseUrl: url, accessTokenTtl, allowedOrigins, rateLimits } = settings
  const keys = await loadKeys({ dataDir, env })
  const database = await openDatabase({ url, dataDir })
  const auth = await createAuthServer({
    database,
    keys,
    accessTokenTtl,
    allowedOrigins,
    rateLimits,
  })
  const server = await listen({ ...settings, fetch: auth.fetch })
  const cleanup = setInterval(() => auth.store.cleanupExpiredSessions().catch(console.error), hour)

  console.log(`Tabkeeper serves http://localhost:${server.port}/api/auth`)
  console.log(`Its data is in ${database.location}. Stop it with Ctrl-C.`)
  return async () => {
    clearInterval(cleanup)
    await server.close()
    await auth.close()
    await database.close()
  }
}
