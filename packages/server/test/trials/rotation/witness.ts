import { second } from '../../support/clock.ts'
import { generationOfAccess, generationOfRefresh, isDisputed, type Reply } from './world.ts'

/** Longer than any grace window with clocks that are a little wrong. */
const afterGrace = 35 * second

/**
 * Sees every answer about one session, the lost ones too, and says which could not have been given by a
 * server that keeps to its rules. It knows nothing of the server's row.
 */
export function createWitness() {
  let moment = Number.NEGATIVE_INFINITY
  /** What was presented at this moment, and the first successor that it got. */
  const successors = new Map<string, string | undefined>()
  let past = { rotatedAt: Number.NEGATIVE_INFINITY, proven: 0, burnedBelow: 0 }
  let present = past

  /** What is known at a moment is what was known before it: what happens at once has no order. */
  function at(now: number): void {
    if (now === moment) return
    moment = now
    successors.clear()
    past = present
  }
  const learn = (news: Partial<typeof past>) => {
    present = { ...present, ...news }
  }

  const late = (generation: number, now: number): string | null =>
    generation < past.proven && now - past.rotatedAt > afterGrace
      ? `generation ${generation} was taken although ${past.proven} had been proven`
      : null

  return {
    presented(token: string, now: number): void {
      at(now)
      if (!successors.has(token)) successors.set(token, undefined)
    },
    /** Returns what is wrong about an answer to a refresh, or null. */
    refreshed(presented: string, reply: Reply, now: number): string | null {
      at(now)
      if (reply.status !== 200 || reply.refreshToken === undefined) return null
      const generation = generationOfRefresh(presented)
      const next = generationOfRefresh(reply.refreshToken)
      if (reply.rotation !== 'replayed') learn({ rotatedAt: now })
      learn({ proven: Math.max(present.proven, generation) })
      if (reply.rotation === 'recovered')
        learn({ burnedBelow: Math.max(present.burnedBelow, next) })

      const earlier = successors.get(presented)
      successors.set(presented, earlier ?? reply.refreshToken)
      // Only where a successor was presented at the same moment, it may have got one itself.
      const isFork =
        earlier !== undefined &&
        earlier !== reply.refreshToken &&
        !successors.has(earlier) &&
        !successors.has(reply.refreshToken)
      if (isFork && !isDisputed(now - past.rotatedAt)) {
        return `generation ${generation} got two successors at one moment`
      }
      return late(generation, now)
    },
    /** Returns what is wrong about an answer to a request with a cookie, or null. */
    usedCookie(cookie: string, reply: Reply, now: number): string | null {
      at(now)
      if (reply.status !== 200) return null
      const generation = generationOfRefresh(cookie)
      learn({ proven: Math.max(present.proven, generation) })
      return late(generation, now)
    },
    /** Returns what is wrong about an answer to a request with an access token, or null. */
    used(accessToken: string, reply: Reply, now: number): string | null {
      at(now)
      if (reply.status !== 200) return null
      const generation = generationOfAccess(accessToken)
      learn({ proven: Math.max(present.proven, generation) })
      return generation < past.burnedBelow
        ? `an access token of generation ${generation} was taken, below ${past.burnedBelow} all are burned`
        : null
    },
  }
}

export type Witness = ReturnType<typeof createWitness>
