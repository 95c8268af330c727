import { hour, minute, second } from '../../support/clock.ts'
import { createRandom, type Random } from '../../support/random.ts'
import type { TestDatabase } from '../../support/test-databases.ts'
import { type Client, createClient } from './client.ts'
import { createWitness } from './witness.ts'
import { openWorld, type Reply, type Setting, type Way } from './world.ts'

export interface StoryOptions extends Setting {
  /** @default 60 */
  readonly steps?: number
}

/** What happened in a story, and what must not have. */
export interface StoryReport {
  readonly seed: number
  readonly refreshes: number
  readonly rotated: number
  readonly replayed: number
  readonly recovered: number
  readonly requests: number
  readonly thefts: number
  readonly detected: number
  /** Honest clients that were refused. */
  readonly falseLogouts: number
  /** Every broken promise in words; with the same seed they are the same. */
  readonly breaches: readonly string[]
}

const grace = 30 * second
const honest = 8

const never = Number.POSITIVE_INFINITY

/** What a thief takes and when, and that it is used one time in so many, or not before the end. */
const schedules = {
  'what the victim holds, used every time': { takes: 'held', when: 'early', chance: 1 },
  'what the victim holds, used now and then': { takes: 'held', when: 'early', chance: 5 },
  'what the victim holds, used long after': { takes: 'held', when: 'early', chance: never },
  'what the victim holds, used after its next refresh': {
    takes: 'held',
    when: 'late',
    chance: never,
  },
  'what the victim once held, used now and then': { takes: 'once held', when: 'early', chance: 5 },
  'the first token, used long after': { takes: 'first', when: 'early', chance: never },
} as const

const endings = new Set(['refresh_token_reused', 'session_revoked', 'invalid_refresh_token'])

/**
 * Tells a random story of one user's devices: clients that race, lose answers and come late; and
 * sessions that a thief has a copy of. The same seed tells the same story, as far as races allow.
 */
export async function tellStory(
  source: TestDatabase,
  seed: number,
  { steps = 60, ...setting }: StoryOptions = {},
): Promise<StoryReport> {
  const random = createRandom(seed)
  await using world = await openWorld(source, random, setting)
  const user = await world.createUser()
  const breaches: string[] = []
  const counts = { refreshes: 0, rotated: 0, replayed: 0, recovered: 0, requests: 0 }
  let falseLogouts = 0

  const count = (replies: readonly Reply[]) => {
    for (const { rotation, refreshToken } of replies) {
      if (rotation) counts[rotation]++
      if (refreshToken) counts.refreshes++
      else counts.requests++
    }
  }

  async function begin(what: string): Promise<Seat> {
    const way = random.pick(['bearer', 'bearer', 'cookie'] as const)
    const name = `${what} (${way})`
    const { id, refreshToken } = await world.signIn(user, way)
    const witness = createWitness()
    const report = (breach: string) => breaches.push(`${name}: ${breach}`)
    const enter = (token: string) => createClient(world, way, random, witness, token, report)
    return { id, name, way, enter, client: enter(refreshToken) }
  }

  async function actHonestly({ name, way, client }: Seat): Promise<void> {
    const replies = await client.act()
    count(replies)
    for (const { status, code } of replies) {
      if (status === 200 || (way === 'bearer' && code === 'invalid_access_token')) continue
      falseLogouts++
      breaches.push(`${name}: an honest client was refused with ${status} ${code}`)
    }
  }

  const guests = []
  for (let index = 0; index < honest; index++) guests.push(await begin(`guest ${index}`))
  const thefts = []
  for (const [schedule, how] of Object.entries(schedules)) {
    const victim = await begin(`a copy of ${schedule}`)
    const at = how.when === 'late' ? steps : random.between(1, Math.floor(steps / 2))
    thefts.push(createTheft(victim, how, at, random, { actHonestly, count }))
  }

  for (let step = 0; step < steps; step++) {
    await Promise.all([...guests.map(actHonestly), ...thefts.map(theft => theft.act(step))])
    world.pass(pause(random))
  }
  for (let turn = 0; turn < 4; turn++) {
    world.pass(3 * grace + random.between(1, hour))
    await Promise.all(thefts.map(theft => theft.bringToEnd(turn)))
  }

  let detected = 0
  for (const { id, name, parties } of thefts) {
    if ((await world.endOf(id)) === 'reuse_detected') detected++
    else breaches.push(`${name}: was not detected`)
    for (const party of parties()) {
      const isIn = (await party.refreshAndUse()).some(({ status }) => status === 200)
      if (isIn) breaches.push(`${name}: somebody is still signed in`)
    }
  }
  const alarms = world.kinds.filter(kind => kind === 'reuse-detected').length
  if (alarms !== thefts.length) breaches.push(`${thefts.length} thefts raised ${alarms} alarms`)
  if (world.kinds.includes('generation-ahead')) breaches.push('a generation was ahead')
  return { seed, ...counts, thefts: thefts.length, detected, falseLogouts, breaches }
}

/** A session, who has it, and how anybody else would get in with a token of it. */
interface Seat {
  readonly id: string
  readonly name: string
  readonly way: Way
  readonly client: Client
  enter(token: string): Client
}

/** A session that somebody gets a copy of, at some step. */
function createTheft(
  victim: Seat,
  { takes, chance }: { takes: 'held' | 'once held' | 'first'; chance: number },
  at: number,
  random: Random,
  {
    actHonestly,
    count,
  }: { actHonestly(victim: Seat): Promise<void>; count(replies: readonly Reply[]): void },
) {
  const seen = [victim.client.held]
  let thief: Client | undefined
  let isOver = false

  async function go(replies: Promise<readonly Reply[]>): Promise<void> {
    const got = await replies
    count(got)
    if (got.some(({ code }) => code !== undefined && endings.has(code))) isOver = true
  }

  const steal = () => {
    const tokens = { held: victim.client.held, 'once held': random.pick(seen), first: seen[0] }
    thief = victim.enter(tokens[takes] ?? victim.client.held)
    return thief
  }

  return {
    id: victim.id,
    name: victim.name,
    parties: () => (thief ? [victim.client, thief] : [victim.client]),
    async act(step: number): Promise<void> {
      if (isOver) return
      if (step < at) {
        await actHonestly(victim)
        seen.push(victim.client.held)
        return
      }
      const copy = thief ?? steal()
      // Whoever comes first, or both at once.
      await Promise.all([go(victim.client.act()), ...(random.once(chance) ? [go(copy.act())] : [])])
    },
    /** Lets the two refresh in turn, after every grace: at the latest the fourth turn is a theft. */
    async bringToEnd(turn: number): Promise<void> {
      const copy = thief ?? steal()
      await go((turn % 2 === 0 ? victim.client : copy).refreshAndUse())
    },
  }
}

const pause = (random: Random): number =>
  random.pick([
    0,
    1,
    random.between(2, 5 * second),
    20 * second,
    grace,
    grace + 1,
    random.between(1, 2 * minute),
    5 * minute,
    random.between(1, 9 * hour),
  ])
