import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeOnBoth, type TestDatabase } from './support/databases.ts'
import { createRandom } from './support/random.ts'
import { hour, minute, second, startServer, type TestServer } from './support/test-server.ts'

const seeds = process.env.FUZZ_SEED ? [Number(process.env.FUZZ_SEED)] : [1, 20_260_301, 424_242]
const steps = Number(process.env.FUZZ_STEPS ?? 120)
const grace = 30 * second

/** A client that keeps what it receives, over a network that loses answers, in several tabs. */
interface Client {
  held: string
  receivedAt: number
  /** The token before, which a tab that was late may go on presenting for as long as the SDK tries. */
  previous: { token: string; until: number } | null
  /** When the held token was first presented. */
  attemptedAt: number | null
  access: { token: string; until: number } | null
}

/** All attempts of one refresh are over after this time: less than the grace. */
const patience = 25 * second

describeOnBoth('rotation under a random story', create => {
  let source: TestDatabase
  beforeAll(async () => {
    source = await create()
  })
  afterAll(() => source.drop())

  it.each(seeds)(
    'signs out no honest client (seed %i)',
    async seed => {
      const world = await startServer(source, { pools: source.pools, maxSessions: 1_000 })
      const random = createRandom(seed)
      const user = await world.createUser()
      const clients: Client[] = []
      for (let index = 0; index < 12; index++) {
        const { refreshToken } = await world.createSession(user, 'default', true)
        clients.push(newClient(refreshToken))
      }
      let refreshes = 0
      for (let step = 0; step < steps; step++) {
        await Promise.all(clients.map(client => act(client)))
        world.clock.advance(
          random.pick([0, 1, 3 * second, 20 * second, grace + 1, 5 * minute, 9 * hour]),
        )
        if (step % 60 === 59) await signInAgain()
      }
      expect(refreshes).toBeGreaterThan(steps)
      expect(world.kinds()).not.toContain('reuse-detected')
      expect(world.kinds()).not.toContain('generation-ahead')
      expect(world.kinds()).toContain('recovered')
      expect(world.kinds()).toContain('replayed')

      async function act(client: Client): Promise<void> {
        const now = world.clock.now()
        if (random.once(2) && client.access && client.access.until > now) {
          const { status, body } = await world.me(client.access.token, random.pick(world.servers))
          // After a recovery whose answer was lost, older access tokens are refused: the client
          // refreshes, as after any 401, and nobody notices.
          if (status === 401) client.access = null
          expect(body.code ?? 'invalid_access_token').toBe('invalid_access_token')
          return
        }
        // A client whose token is new has no reason to refresh, but a tab that was late may try.
        const isNew = now - client.receivedAt <= grace
        if (!isNew) client.attemptedAt ??= now
        const late = client.previous && client.previous.until >= now ? client.previous.token : null
        const presented = isNew ? late : client.held
        if (presented === null) return
        const tabs = Array.from({ length: random.between(1, 3) }, () => ({
          by: random.pick(world.servers),
          arrives: !random.once(3),
        }))
        refreshes += tabs.length
        await Promise.all(
          tabs.map(async ({ by, arrives }) => {
            const { status, body } = await world.refresh(presented, by)
            expect({ status, code: body.code }).toEqual({ status: 200, code: undefined })
            if (arrives) receive(client, body, now)
          }),
        )
      }

      /** Thirty days are the longest that a session can live, and clients sign in again before. */
      async function signInAgain(): Promise<void> {
        for (const client of clients) {
          const { refreshToken } = await world.createSession(user, 'default', true)
          Object.assign(client, newClient(refreshToken))
        }
      }
    },
    60_000,
  )

  it.each(seeds)(
    'ends every session that a thief shares, and no other (seed %i)',
    async seed => {
      const world = await startServer(source, { maxSessions: 1_000 })
      const random = createRandom(seed)
      const user = await world.createUser()
      const bystander = await world.createSession(user, 'default', true)
      const thefts = 30
      for (let round = 0; round < thefts; round++) await steal(world, random, user)
      expect(world.kinds().filter(kind => kind === 'reuse-detected')).toHaveLength(thefts)
      expect(await world.refresh(bystander.refreshToken)).toMatchObject({ status: 200 })
    },
    60_000,
  )
})

/** A thief copies what the victim holds; both go on, in any order, with and without using what they get. */
async function steal(
  world: TestServer,
  random: ReturnType<typeof createRandom>,
  user: Awaited<ReturnType<TestServer['createUser']>>,
): Promise<void> {
  const session = await world.createSession(user, 'default', true)
  const victim = newClient(session.refreshToken)
  for (let before = random.between(0, 3); before > 0; before--) await refreshAndUse(victim, true)
  const thief = newClient(victim.held)

  let bothSucceeded = 0
  for (let turn = 0; turn < 3; turn++) {
    const order = random.once(2) ? [victim, thief] : [thief, victim]
    let succeeded = 0
    for (const party of order) {
      world.clock.advance(2 * grace + random.between(1, hour))
      if (await refreshAndUse(party, random.once(2))) succeeded++
    }
    if (succeeded === 2) bothSucceeded++
  }
  expect(bothSucceeded).toBeLessThanOrEqual(1)
  expect(await world.row(session.id)).toMatchObject({ revoke_reason: 'reuse_detected' })

  async function refreshAndUse(party: Client, uses: boolean): Promise<boolean> {
    const { status, body } = await world.refresh(party.held)
    if (status !== 200) return false
    party.held = body.refresh_token
    if (uses) await world.me(body.access_token)
    return true
  }
}

const newClient = (held: string): Client => ({
  held,
  receivedAt: Number.NEGATIVE_INFINITY,
  previous: null,
  attemptedAt: null,
  access: null,
})

function receive(
  client: Client,
  body: { refresh_token: string; access_token: string; expires_in: number },
  now: number,
): void {
  if (client.held !== body.refresh_token) {
    client.previous = { token: client.held, until: (client.attemptedAt ?? now) + patience }
    client.attemptedAt = null
    client.held = body.refresh_token
    client.receivedAt = now
  }
  client.access = { token: body.access_token, until: now + body.expires_in * second }
}
