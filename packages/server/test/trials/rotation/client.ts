import { second } from '../../support/clock.ts'
import type { Random } from '../../support/random.ts'
import type { Witness } from './witness.ts'
import { isDisputed, type Reply, type Way, type World } from './world.ts'

/** All attempts of one refresh are over after this time: less than the grace. */
const patience = 25 * second
const grace = 30 * second

/** What a client can do in a story; each resolves with the answers, the lost ones included. */
export interface Client {
  /** The refresh token that it would present next. */
  readonly held: string
  /** Does what a client does when it is looked at: uses its access token, or refreshes if it is time. */
  act(): Promise<readonly Reply[]>
  /** Refreshes and uses what it gets, whatever the time. */
  refreshAndUse(): Promise<readonly Reply[]>
}

/**
 * A client that keeps what it receives, over a network that loses answers, in up to three tabs that ask
 * at the same moment, with a tab that comes late with the token before.
 */
export function createClient(
  world: World,
  way: Way,
  random: Random,
  witness: Witness,
  first: string,
  report: (breach: string) => void,
): Client {
  let held = first
  let receivedAt = Number.NEGATIVE_INFINITY
  /** When the held token was presented, without an answer that arrived. */
  let attempts: number[] = []
  let previous: { token: string; until: number } | null = null
  let access: { token: string; until: number } | null =
    way === 'cookie' ? { token: first, until: Number.POSITIVE_INFINITY } : null

  const note = (breach: string | null) => {
    if (breach !== null) report(breach)
  }

  async function use(token: string): Promise<Reply> {
    const reply = await world.me(way, token, random.pick(world.servers))
    const { used, usedCookie } = witness
    note((way === 'bearer' ? used : usedCookie)(token, reply, world.now()))
    // After a recovery whose answer was lost, older access tokens are refused: the client refreshes, as
    // after any 401, and nobody notices.
    if (reply.status === 401) access = null
    return reply
  }

  function receive(reply: Reply): void {
    if (reply.refreshToken === undefined || reply.accessToken === undefined) return
    if (reply.refreshToken !== held) {
      previous = { token: held, until: (attempts[0] ?? world.now()) + patience }
      attempts = []
      held = reply.refreshToken
      receivedAt = world.now()
    }
    access = { token: reply.accessToken, until: world.now() + reply.life }
  }

  async function refresh(presented: string, arrives: boolean): Promise<Reply> {
    witness.presented(presented, world.now())
    const reply = await world.refresh(way, presented, random.pick(world.servers))
    note(witness.refreshed(presented, reply, world.now()))
    if (arrives) receive(reply)
    return reply
  }

  return {
    get held() {
      return held
    },
    async act() {
      const now = world.now()
      if (access && access.until > now && random.once(2)) return [await use(access.token)]
      const isNew = now - receivedAt <= grace
      // A client whose token is new has no reason to refresh, but a tab that was late may try.
      const late = previous && previous.until >= now ? previous.token : null
      const presented = isNew ? late : held
      if (presented === null) return []
      // While one instance still gives the lost answer again and another already goes on from it, two
      // tabs that nothing keeps apart would get different ones: the one thing the lock is needed for.
      const isAlone = !isNew && attempts.some(at => isDisputed(now - at))
      if (!isNew) attempts.push(now)
      const count = isAlone ? 1 : random.between(1, 3)
      const tabs = Array.from({ length: count }, () => !random.once(3))
      return Promise.all(tabs.map(arrives => refresh(presented, arrives)))
    },
    async refreshAndUse() {
      const reply = await refresh(held, true)
      if (reply.accessToken === undefined) return [reply]
      return [reply, await use(reply.accessToken)]
    },
  }
}
