import { setTimeout as wait } from 'node:timers/promises'
import { type AuthServer, createAuthServer } from '../auth-server.ts'
import { openDatabase } from '../database/open-database.ts'
import { answerHealth, type Health } from '../http/health.ts'
import { loadKeys } from '../keys/load-keys.ts'
import { openRedis } from '../limits/redis.ts'
import { listen } from '../node/listen.ts'
import { readSettings } from '../node/settings.ts'
import { createLogger } from '../observe/create-logger.ts'
import { describeError } from '../observe/logger.ts'

const hour = 60 * 60_000

/** Serves the endpoints as the environment says. Resolves with the function that ends it. */
export async function serve(env: NodeJS.ProcessEnv): Promise<() => Promise<void>> {
  const settings = readSettings(env)
  const { dataDir, databaseUrl: url, redisUrl, logLevel, ...options } = settings
  const logger = createLogger(logLevel)
  const keys = await loadKeys({ dataDir, env })
  const database = await openDatabase({
    url,
    dataDir,
    ...(logLevel === 'debug' && { onStatement: sql => logger.debug({ sql }, 'statement') }),
  })
  const redis = redisUrl === undefined ? undefined : await openRedis(redisUrl)
  const auth = await createAuthServer({ ...options, database, keys, redis, logger })
  let isStopping = false
  const health: Health = { isReady: async () => !isStopping && (await auth.isReady()) }

  const server = await listen({
    ...settings,
    replaceGlobals: true,
    fetch: async (request, host) =>
      (await answerHealth(request, health)) ?? auth.fetch(request, host),
  })
  const metrics =
    settings.metrics &&
    (await listen({ ...settings.metrics, fetch: request => answerMetrics(request, auth, health) }))
  const cleanup = setInterval(
    () =>
      auth
        .cleanup({ events: settings.auditRetention })
        .catch(error => logger.error({ error: describeError(error) }, 'cleanup')),
    hour,
  )

  const { basePath = '/api/auth' } = settings
  logger.info(
    {
      endpoints: `http://localhost:${server.port}${basePath}`,
      ...(metrics && { figures: `http://localhost:${metrics.port}/metrics` }),
      data: database.location,
    },
    'Tabkeeper serves, until it is stopped with Ctrl-C',
  )
  return async () => {
    isStopping = true
    logger.info({ drain: settings.drain }, 'stopping')
    clearInterval(cleanup)
    await wait(settings.drain)
    // Streams of events end first, or the server would wait for them.
    await Promise.all([server.close(), metrics?.close(), auth.close()])
    await redis?.close()
    await database.close()
    logger.info({}, 'stopped')
  }
}

async function answerMetrics(
  request: Request,
  auth: AuthServer,
  health: Health,
): Promise<Response> {
  const answer = await answerHealth(request, health)
  if (answer) return answer
  if (new URL(request.url).pathname !== '/metrics') return new Response(null, { status: 404 })
  const headers = { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' }
  return new Response(await auth.metrics(), { headers })
}
