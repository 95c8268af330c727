import type { Random } from '../random.ts'
import { type Weighted, weighted } from './chances.ts'
import { createGround } from './ground.ts'
import { happenings } from './happenings.ts'
import { createRoom } from './room.ts'
import type { Assembly } from './seat.ts'
import type { Breach } from './story.ts'

export interface SimulationOptions {
  /** How many things happen. @default 60 */
  readonly steps?: number
  /** Whether the pages have Web Locks, which plain-http pages have not. @default true */
  readonly webLocks?: boolean
  /** Whether tokens travel in bodies, or the refresh token in a cookie that all tabs share. @default 'bearer' */
  readonly transport?: 'bearer' | 'split'
  /** Changes what each session is made of: to take a protection away and see that it is missed. */
  readonly change?: (assembly: Assembly) => Assembly
}

export interface SimulationReport {
  readonly seed: number
  /** What happened, in order, with the time in milliseconds. */
  readonly story: readonly string[]
  /** The promises that were broken; none, one hopes. */
  readonly broken: readonly Breach[]
}

/**
 * Lets several tabs, one browser, a bad network and a rotating server do what chance, decided by `seed`,
 * makes them do, and reports which of the `promises` of a session were broken. The same seed and
 * options do the same again.
 *
 * @example
 * ```ts
 * const { broken, story } = await simulate(42)
 * if (broken.length > 0) console.log(story.join('\n'))
 * ```
 */
export async function simulate(
  seed: number,
  {
    steps = 60,
    webLocks = true,
    transport = 'bearer',
    change = assembly => assembly,
  }: SimulationOptions = {},
): Promise<SimulationReport> {
  const ground = createGround(seed, webLocks, transport)
  const { random, story } = ground
  const room = createRoom(ground, change)
  const isKept = () => story.broken.length === 0

  for (let i = random.between(1, 4); i > 0; i--) room.open()
  for (let step = 0; step < steps && isKept(); step++) {
    const seat = random.pick(room.seats('open')) ?? room.open()
    weighted(happenings, random)(seat, room)
    await room.pass(weighted(PAUSES, random)(random))
  }
  if (isKept()) await room.settle()

  // Those of closed tabs, too: Node keeps what waits for a signal until the signal has aborted.
  for (const is of ['open', 'frozen', 'closed'] as const)
    for (const seat of room.seats(is)) seat.session.dispose()
  return { seed, story: story.lines, broken: story.broken }
}

const PAUSES: Weighted<(random: Random) => number> = [
  [10, () => 0],
  [10, random => random.between(0, 20)],
  [6, random => random.between(20, 2_000)],
  [3, random => random.between(2_000, 40_000)],
]
