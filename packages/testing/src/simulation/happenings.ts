import type { StorageFault } from '../virtual-browser.ts'
import type { Weighted } from './chances.ts'
import type { Room } from './room.ts'
import { type Seat, sessionOf } from './seat.ts'

const HOUR = 3_600_000

/** One thing that happens at a seat; it decides for itself whether it can. */
export type Happening = (seat: Seat, room: Room) => void

/** All that people, browsers, networks and administrators do. */
export const happenings: Weighted<Happening> = [
  [30, (seat, room) => room.request(seat)],
  [6, forceRefresh],
  [4, signOut],
  [8, signIn],
  [3, leave],
  [4, comeBack],
  [3, goOnline],
  [2, (_, room) => void room.open()],
  [2, close],
  [2, reload],
  [1, duplicate],
  [3, freeze],
  [2, thaw],
  [1, endAtServer],
  [1, clearStorage],
  [1, fillStorage],
  [1, blockStorage],
  [3, turnServer],
  [1, sleep],
  [1, setClock],
]

function forceRefresh(seat: Seat, room: Room): void {
  room.history.provoked('wish')
  room.story.tell(`${seat.name} wants a new token`)
  room.wait(seat, 'a forced refresh', seat.session.refresh())
}

function signOut(seat: Seat, room: Room): void {
  const id = sessionOf(seat)
  room.story.tell(`${seat.name} signs ${id} out`)
  if (id !== null) room.history.signedOut(seat, id)
  room.wait(seat, 'a sign-out', seat.session.logout())
}

function signIn(seat: Seat, room: Room): void {
  const { random, story } = room
  // Signing in twice at the same moment has no right answer, so nobody does it here.
  if (room.isWaitingFor('a sign-in')) return
  if (seat.session.getState().status === 'authenticated' && !random.chance(0.2)) return
  const user = random.pick(['ada', 'bob']) ?? 'ada'
  const remember = random.chance(0.9)
  story.tell(`${seat.name} signs in as ${user}${remember ? '' : ', for this tab only'}`)
  if (!remember) seat.isAlone = true
  const credentials = { email: user, password: 'right' }
  room.wait(seat, 'a sign-in', seat.session.login(credentials, { remember }))
}

function leave(seat: Seat, { story }: Room): void {
  story.tell(`${seat.name} is left`)
  seat.isAway = true
  seat.tab.leave()
}

function comeBack(seat: Seat, { story }: Room): void {
  if (!seat.isAway) return
  story.tell(`${seat.name} is shown again`)
  seat.isAway = false
  seat.tab.comeBack()
}

function goOnline(seat: Seat, { history, story }: Room): void {
  story.tell(`${seat.name} is online`)
  history.provoked('hint')
  seat.tab.online()
}

function close(seat: Seat, room: Room): void {
  if (room.seats('open').length > 1 && room.mayInterrupt(seat)) room.close(seat)
}

function reload(seat: Seat, room: Room): void {
  if (!room.mayInterrupt(seat)) return
  room.close(seat)
  room.open(seat.tab.duplicate(), seat)
}

function duplicate(seat: Seat, room: Room): void {
  // The copy of a session for this tab only ends by itself, when its access token does.
  if (seat.isAlone) return
  room.story.tell(`${seat.name} is duplicated`)
  room.open(seat.tab.duplicate(), seat)
}

function freeze(seat: Seat, room: Room): void {
  if (room.mayInterrupt(seat)) room.freeze(seat)
}

function thaw(_: Seat, room: Room): void {
  const frozen = room.random.pick(room.seats('frozen'))
  if (frozen !== undefined) room.thaw(frozen)
}

function endAtServer(_: Seat, { random, server, story }: Room): void {
  const id = random.pick(server.live())
  const reason = random.pick(['revoked', 'expired', 'account-disabled', 'reuse-detected'] as const)
  if (id === undefined) return
  story.tell(`the server ends ${id}: ${reason}`)
  server.end(id, reason)
}

function clearStorage(seat: Seat, { weather, history, story }: Room): void {
  if (weather.isStrict) return
  story.tell(`${seat.name} clears storage`)
  const seen = history.storageFails()
  seat.tab.clearStorage()
  seen()
}

/** What is to be stored may not be longer than what was there before. */
function fillStorage(seat: Seat, room: Room): void {
  let free = 0
  breakStorage(seat, room, 'is full', (operation, key, value, old) => {
    if (operation === 'read') return
    const size = (text: string | null) => (text === null ? 0 : key.length + text.length)
    const left = free + size(old) - size(value)
    if (left < 0) throw new DOMException('full', 'QuotaExceededError')
    free = left
  })
}

function blockStorage(seat: Seat, room: Room): void {
  if (!room.weather.isPoor) return
  breakStorage(seat, room, 'is blocked', () => {
    throw new DOMException('blocked', 'SecurityError')
  })
}

function breakStorage(seat: Seat, room: Room, what: string, fault: StorageFault): void {
  const { weather, random, clock, history, story } = room
  // Without Web Locks there is no lock then, either.
  if (!weather.webLocks && !weather.isPoor) return
  story.tell(`storage ${what} for ${seat.name}`)
  seat.hadTrouble = true
  const mended = history.storageFails()
  seat.tab.breakStorage(fault)
  clock.wake(clock.now() + random.between(10, 100_000), () => {
    mended()
    seat.tab.breakStorage(null)
  })
}

/** A 503 or a 429, with or without a word on when to come back; or it works again. */
function turnServer(_: Seat, { random, weather, story }: Room): void {
  if (weather.outage !== null) {
    story.tell('the server is up')
    weather.outage = null
    return
  }
  const retryAfter = random.chance(0.4) ? random.between(1, 90) * 1_000 : null
  story.tell(`the server is down${retryAfter === null ? '' : ` for ${retryAfter}`}`)
  weather.outage = { retryAfter }
}

/** Time passes and nothing else does. What is under way then is as good as lost. */
function sleep(_: Seat, room: Room): void {
  if (room.mayInterrupt()) room.sleep(room.random.between(1_000, 8 * HOUR))
}

function setClock(_: Seat, { random, weather, browser, history, story }: Room): void {
  // Without Web Locks the tabs have to agree on the time, and after it was set back they do not.
  if (weather.isStrict && !weather.webLocks) return
  const ahead = random.between(-2 * HOUR, 2 * HOUR)
  story.tell(`somebody sets the clock, ${ahead} from the right time`)
  // A pause is over for whoever reads the new time.
  history.provoked('wish')
  browser.setWallClock(ahead)
}
