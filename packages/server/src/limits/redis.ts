import { Redis } from 'ioredis'
import { StartupError } from '../startup-error.ts'

/** A Redis that counts for all instances. */
export interface RedisCounter {
  readonly client: Redis
  /** Says where it is, without credentials. */
  readonly location: string
  close(): Promise<void>
}

/** Long enough for a network, short enough not to be noticed while Redis is gone. */
const patience = 500

/**
 * Connects to the Redis that rate limits are counted in, and proves that it answers. When it goes away
 * later, each instance counts for itself until it is back.
 *
 * @throws {StartupError} `bad-setting` or `redis-unreachable`
 * @example
 * const redis = await openRedis('redis://localhost:6379')
 */
export async function openRedis(url: string): Promise<RedisCounter> {
  if (!/^rediss?:\/\/[^/]/.test(url) || !URL.canParse(url)) {
    throw new StartupError('bad-setting', 'The Redis URL must begin with redis:// or rediss://.')
  }
  const { protocol, host, pathname } = new URL(url)
  const location = `${protocol}//${host}${pathname}`
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 2_000,
    commandTimeout: patience,
    enableOfflineQueue: false, // what cannot be counted there at once is counted here
    maxRetriesPerRequest: 0,
    retryStrategy: attempt => Math.min(attempt * 100, 2_000),
  })
  client.on('error', () => {}) // an error that nobody listens to would end the process
  try {
    await client.connect()
    await client.ping()
  } catch (cause) {
    client.disconnect()
    throw new StartupError(
      'redis-unreachable',
      `Redis at ${location} does not answer: check REDIS_URL and that Redis is running.`,
      { cause },
    )
  }
  return { client, location, close: async () => client.disconnect() }
}
