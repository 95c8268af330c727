import { type AuthEndpoint, SessionError } from '@tabkeeper/core'
import type { Clock } from '@tabkeeper/core/world'
import type { Random } from './random.ts'

export interface NetworkOptions {
  /** Whether requests and answers may get lost. */
  readonly lossy: boolean
  /** What the server answers to everything just now, a 503 or a 429; `null` when it does its work. */
  outage(): Outage | null
}

export interface Outage {
  /** `Retry-After` in milliseconds, where it says one. */
  readonly retryAfter: number | null
}

/** An endpoint with a network in between. */
export interface UnreliableNetwork extends AuthEndpoint {
  /** From now on everything arrives. */
  mend(): void
}

/** Returns `endpoint` behind a network that takes its time, and loses requests and answers where it may. */
export function unreliableNetwork(
  endpoint: AuthEndpoint,
  clock: Clock,
  random: Random,
  { lossy, outage }: NetworkOptions,
): UnreliableNetwork {
  let isLossy = lossy

  async function travel(): Promise<void> {
    const ms = random.chance(0.1) ? random.between(500, 4_000) : random.between(5, 200)
    await new Promise<void>(done => {
      clock.wake(clock.now() + ms, done)
    })
    if (isLossy && random.chance(0.08)) throw new TypeError('offline')
  }

  async function call<T>(ask: () => Promise<T>): Promise<T> {
    await travel()
    const trouble = outage()
    if (trouble !== null) {
      const { retryAfter } = trouble
      await travel()
      throw new SessionError(
        'unreachable',
        'The server answered 503.',
        retryAfter === null ? {} : { retryAfter },
      )
    }
    const answer = await ask()
    await travel()
    return answer
  }

  return {
    ...endpoint,
    login: (...args) => call(() => endpoint.login(...args)),
    revoke: (...args) => call(() => endpoint.revoke(...args)).catch(() => false),
    async refresh(...args) {
      try {
        return await call(() => endpoint.refresh(...args))
      } catch (cause) {
        return cause instanceof SessionError
          ? { is: 'unreachable', retryAfter: cause.retryAfter ?? null, cause }
          : { is: 'lost', cause }
      }
    },
    mend() {
      isLossy = false
    },
  }
}
