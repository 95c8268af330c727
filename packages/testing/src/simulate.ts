import {
  type AuthEndpoint,
  type RefreshAnswer,
  type Session,
  SessionError,
  type SignOutReason,
} from '@tabkeeper/core'
import type { Lease } from '@tabkeeper/core/http'
import { assembleSession, type World } from '@tabkeeper/core/world'
import { manualClock, quiet } from './manual-clock.ts'
import { type Random, seededRandom } from './random.ts'
import { rotatingServer } from './rotating-server.ts'
import { unreliableNetwork } from './unreliable-network.ts'
import { type VirtualTab, virtualBrowser } from './virtual-browser.ts'

export interface SimulationOptions {
  /** How many things happen. @default 60 */
  readonly steps?: number
  /** Whether the pages have Web Locks. @default true */
  readonly webLocks?: boolean
  /** Changes the world that a tab's session gets: to take a protection away and see that it is missed. */
  readonly changeWorld?: (world: World) => World
}

export interface SimulationReport {
  readonly seed: number
  /** What happened, in order, with the time in milliseconds. */
  readonly log: readonly string[]
  /** The promises that were broken; none, one hopes. */
  readonly broken: readonly string[]
}

/** How long anybody may wait while the page runs: two holders of the lock in a row, one refresh, and a little. */
const BOUND = 2 * 12_000 + 10_000 + 2_000

interface Seat {
  readonly name: string
  readonly tab: VirtualTab
  readonly session: Session
  is: 'open' | 'frozen' | 'closed'
  /** Whether storage refused something here: then its session may be in memory only. */
  wasFull: boolean
}

/**
 * Lets several tabs, one browser, a bad network and a rotating server do what chance, decided by `seed`,
 * makes them do, and reports which of the promises of a session were broken:
 *
 * - no refresh token is presented after its successor was shown to have been received;
 * - a request goes out with a token of the session it was made in;
 * - no session returns after its end;
 * - nobody is signed out without a reason that really happened;
 * - whoever waits gets an answer within the bound;
 * - in the end all tabs agree, and who is signed in has a token that the server takes.
 *
 * @example
 * ```ts
 * const { broken, log } = await simulate(42)
 * if (broken.length > 0) console.log(log.join('\n'))
 * ```
 */
export async function simulate(
  seed: number,
  { steps = 60, webLocks = true, changeWorld = world => world }: SimulationOptions = {},
): Promise<SimulationReport> {
  const random = seededRandom(seed)
  const clock = manualClock()
  const start = clock.now()
  // A strict server never takes a token twice: then nothing may be lost, frozen or cut off.
  const isStrict = random.chance(0.4)
  const server = rotatingServer({
    clock,
    grace: isStrict ? 0 : 30_000,
    lifetime: random.pick([20, 60, 600, 3600]) ?? 60,
  })
  const network = unreliableNetwork(server.endpoint, clock, random, {
    lossy: !isStrict,
    isDown: () => isDown,
  })
  const browser = virtualBrowser(clock, {
    lag: () => random.between(0, 8),
    random: random.next,
    webLocks,
  })
  const seats: Seat[] = []
  const log: string[] = [isStrict ? 'a strict server' : 'a server with grace']
  const broken: string[] = []
  const ended = new Map<string, number>()
  const cleared: number[] = []
  const waiting = new Set<{ readonly what: string; readonly seat: Seat; since: number }>()
  let isDown = false
  let newest = ''

  const time = () => clock.now() - start
  const note = (text: string) => void log.push(`${time()} ${text}`)
  const breach = (text: string) => {
    note(`BROKEN: ${text}`)
    broken.push(text)
  }

  function openTab(keepAlive: boolean): void {
    const tab = browser.openTab()
    const name = `tab ${seats.length + 1}`
    const session = assembleSession(
      {
        app: 'admin',
        endpoint: tab.through({ ...network, refresh: (...call) => spend(name, ...call) }),
        storage: tab.storage,
        allowedOrigins: [],
        keepAlive,
      },
      changeWorld(tab.world),
    )
    const seat: Seat = { name, tab, session, is: 'open', wasFull: false }
    seats.push(seat)
    note(`${name} opens`)
    // The session it was in last: the state is told before the ending is.
    let held = sessionOf(session)
    session.on('signed-out', ({ reason }) => {
      note(`${name} is signed out of ${held}: ${reason}`)
      judgeEnding(seat, held, reason)
    })
    session.subscribe(() => {
      const now = sessionOf(session)
      if (now === null || now === held) return
      note(`${name} holds ${now}`)
      newest = newerOf(newest, now)
      held = now
    })
  }

  const spend: (
    name: string,
    ...call: Parameters<AuthEndpoint['refresh']>
  ) => Promise<RefreshAnswer> = async (name, token, options) => {
    note(`${name} spends ${token}`)
    const answer = await network.refresh(token, options)
    note(`${name} gets an answer to ${token}: ${answer.is}`)
    return answer
  }

  function judgeEnding(seat: Seat, id: string | null, reason: SignOutReason): void {
    const isOver = id === null || !server.live().includes(id)
    const isVanished = cleared.length > 0 || seats.some(({ wasFull }) => wasFull)
    const isTrue: Record<SignOutReason, boolean> = {
      none: false,
      logout: id !== null && ended.has(id),
      'logout-elsewhere': ended.size > 0,
      expired: false,
      revoked: isOver,
      'reuse-detected': false,
      'account-disabled': false,
      'storage-cleared': isVanished || isOver,
      replaced: isOver || id !== newest,
    }
    if (!isTrue[reason]) breach(`${seat.name} lost ${id} without a cause (${reason})`)
  }

  /** Watches that `promise` settles in time, and takes part in nothing else. */
  function watch(seat: Seat, what: string, promise: Promise<unknown>): void {
    const entry = { what, seat, since: clock.now() }
    waiting.add(entry)
    promise
      .catch((error: unknown) => {
        if (error instanceof SessionError || (error as Error).name === 'TimeoutError') return
        if (error instanceof TypeError && error.message === 'offline') return
        breach(`${seat.name}: ${what} failed with ${String(error)}`)
      })
      .finally(() => waiting.delete(entry))
  }

  async function request(seat: Seat): Promise<void> {
    const { session, name } = seat
    // What the page shows as it makes the request.
    const mine = sessionOf(session)
    let lease = await session.lease()
    for (let attempt = 1; lease !== null && attempt <= 2; attempt++) {
      judgeRequest(seat, mine, lease)
      if (server.accepts(lease.accessToken)) return note(`${name} is served`)
      note(`${name} gets a 401 for ${lease.accessToken}`)
      lease = attempt === 1 ? await session.renew(lease) : null
    }
  }

  function judgeRequest(seat: Seat, mine: string | null, { accessToken }: Lease): void {
    const owner = accessToken.split('.')[1] ?? ''
    if (mine !== null && owner !== mine)
      breach(`${seat.name} sent a request of ${mine} with a token of ${owner}`)
    const end = ended.get(owner)
    if (end !== undefined && clock.now() > end + 100 && seat.is === 'open' && !away.has(seat))
      breach(`${seat.name} used ${owner} after its end`)
  }

  const away = new Set<Seat>()

  function logout({ session, name }: Seat): Promise<unknown> {
    const id = sessionOf(session)
    note(`${name} signs ${id} out`)
    if (id !== null && !ended.has(id)) ended.set(id, clock.now())
    return session.logout()
  }

  const actions: readonly [weight: number, act: (seat: Seat) => void][] = [
    [30, seat => watch(seat, 'a request', request(seat))],
    [6, seat => watch(seat, 'a forced refresh', seat.session.refresh())],
    [4, seat => watch(seat, 'a sign-out', logout(seat))],
    [8, seat => signIn(seat)],
    [3, seat => leave(seat)],
    [4, seat => comeBack(seat)],
    [3, seat => seat.tab.online()],
    [2, () => openTab(random.chance(0.3))],
    [2, seat => close(seat)],
    [3, seat => freeze(seat)],
    [1, () => revoke()],
    [1, seat => clear(seat)],
    [1, seat => fill(seat)],
    [3, () => turn()],
  ]

  function signIn(seat: Seat): void {
    // Signing in twice at the same moment has no right answer, so nobody does it here.
    if ([...waiting].some(({ what }) => what === 'a sign-in')) return
    if (seat.session.getState().status === 'authenticated' && !random.chance(0.2)) return
    const user = random.pick(['ada', 'bob']) ?? 'ada'
    note(`${seat.name} signs in as ${user}`)
    watch(seat, 'a sign-in', seat.session.login({ email: user, password: 'right' }))
  }

  function leave(seat: Seat): void {
    away.add(seat)
    note(`${seat.name} is left`)
    seat.tab.leave()
  }

  function comeBack(seat: Seat): void {
    if (!away.delete(seat)) return
    note(`${seat.name} is shown again`)
    seat.tab.comeBack()
  }

  function close(seat: Seat): void {
    if (isStrict || openSeats().length < 2) return
    note(`${seat.name} is closed`)
    seat.is = 'closed'
    seat.tab.close()
    for (const entry of waiting) if (entry.seat === seat) waiting.delete(entry)
  }

  function freeze(seat: Seat): void {
    if (isStrict) return
    note(`${seat.name} freezes`)
    seat.is = 'frozen'
    seat.tab.freeze()
  }

  function thaw(seat: Seat): void {
    note(`${seat.name} goes on`)
    seat.is = 'open'
    for (const entry of waiting) if (entry.seat === seat) entry.since = clock.now()
    seat.tab.thaw()
  }

  function revoke(): void {
    const id = random.pick(server.live())
    if (id === undefined) return
    note(`an administrator ends ${id}`)
    server.end(id)
  }

  function clear(seat: Seat): void {
    if (isStrict) return
    note(`${seat.name} clears storage`)
    cleared.push(clock.now())
    seat.tab.clearStorage()
  }

  function fill(seat: Seat): void {
    // Without Web Locks nothing is left then but the server's grace.
    if (isStrict && !webLocks) return
    note(`storage is full for ${seat.name}`)
    seat.wasFull = true
    seat.tab.breakStorage(operation => {
      if (operation === 'write') throw new DOMException('full', 'QuotaExceededError')
    })
    clock.wake(clock.now() + random.between(10, 100_000), () => seat.tab.breakStorage(null))
  }

  function turn(): void {
    isDown = !isDown
    note(isDown ? 'the server is down' : 'the server is up')
  }

  const openSeats = () => seats.filter(({ is }) => is === 'open')

  async function pass(ms: number): Promise<void> {
    await clock.advance(ms)
    for (const entry of waiting) {
      if (entry.seat.is === 'open' && clock.now() - entry.since > BOUND) {
        waiting.delete(entry)
        breach(`${entry.seat.name} waits for ${entry.what} since ${entry.since - start}`)
      }
    }
  }

  for (let i = random.between(1, 4); i > 0; i--) openTab(random.chance(0.3))
  for (let step = 0; step < steps && broken.length === 0; step++) {
    const frozen = random.pick(seats.filter(({ is }) => is === 'frozen'))
    if (frozen !== undefined && random.chance(0.15)) thaw(frozen)
    const seat = random.pick(openSeats())
    if (seat === undefined) openTab(false)
    else weighted(actions, random)(seat)
    await pass(weighted(PAUSES, random)(random))
    if (!isStrict && random.chance(0.02)) {
      // Asleep: time passes, and nothing else does. What is under way then is as good as lost.
      const asleep = random.between(1_000, 8 * 3_600_000)
      clock.jump(asleep)
      note('everybody slept')
      for (const entry of waiting) entry.since = clock.now()
      // Nobody could see a sign-out of the last moment before.
      for (const [id, at] of ended) ended.set(id, at + asleep)
    }
  }
  await settle()

  /** Everything works again, and everybody has time: now they have to agree. */
  async function settle(): Promise<void> {
    isDown = false
    network.mend()
    for (const seat of seats) {
      if (seat.is === 'frozen') thaw(seat)
      if (seat.is === 'closed') continue
      seat.tab.breakStorage(null)
      away.delete(seat)
      seat.tab.comeBack()
      seat.tab.online()
    }
    await pass(180_000)
    for (const seat of openSeats()) watch(seat, 'the last request', request(seat))
    await pass(120_000)
    await quiet()
    if (broken.length > 0) return
    if (server.counts.reused > 0) breach('a refresh token was used after its successor was')
    // Whoever had to keep a session in memory had one that the others did not see.
    const shared = openSeats().filter(({ wasFull }) => !wasFull)
    const held = new Set(shared.map(({ session }) => sessionOf(session)))
    if (held.size > 1) breach(`the tabs hold ${[...held].join(' and ')}`)
    for (const id of held) if (id !== null && ended.has(id)) breach(`${id} is back after its end`)
    for (const { session, name } of openSeats()) {
      const id = sessionOf(session)
      if (id !== null && !server.live().includes(id)) breach(`${name} still holds ${id}`)
    }
  }

  for (const { session } of seats) session.dispose()
  return { seed, log, broken }
}

const PAUSES: readonly [number, (random: Random) => number][] = [
  [10, () => 0],
  [10, random => random.between(0, 20)],
  [6, random => random.between(20, 2_000)],
  [3, random => random.between(2_000, 40_000)],
]

function weighted<T>(from: readonly (readonly [weight: number, T])[], random: Random): T {
  let rest = random.next() * from.reduce((sum, [weight]) => sum + weight, 0)
  for (const [weight, item] of from) {
    rest -= weight
    if (rest < 0) return item
  }
  throw new RangeError('weighted: nothing to choose from')
}

/** Sessions are numbered as they begin. */
function newerOf(a: string, b: string): string {
  return a.length === b.length ? (a > b ? a : b) : a.length > b.length ? a : b
}

function sessionOf(session: Session): string | null {
  const state = session.getState()
  return state.status === 'authenticated' ? state.sessionId : null
}
