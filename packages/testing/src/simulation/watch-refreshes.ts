import type { Ground } from './ground.ts'
import { ownerOf, type Seat, type SeatWatch, sessionOf } from './seat.ts'

/** The shortest pause after an answer without a verdict. */
const SHORTEST_PAUSE = 2_000

/** A lifetime of 20 s makes a refresh due every 16 s; a failure is followed by two more attempts at most. */
const WINDOW = 10_000
const PER_WINDOW = 8

interface Flight {
  readonly seat: Seat
  readonly id: string
  readonly since: number
  /** Whether the lock could be relied on. */
  readonly isLocked: boolean
}

interface Pause {
  readonly by: Seat
  readonly since: number
  readonly until: number
  readonly isAsked: boolean
}

/** Watches over the refresh requests: one at a time, no token twice, pauses kept, no storm. */
export function watchRefreshes({
  clock,
  server,
  cookies,
  browser,
  weather,
  history,
  story,
}: Ground): Pick<SeatWatch, 'spends' | 'givesUp' | 'isAnswered' | 'pauses'> & {
  /** Whether an answer is on its way to this seat, or to any. */
  isFlying(seat?: Seat): boolean
  /** Whatever this seat has under way says nothing any more: it was frozen or closed. */
  interrupt(seat: Seat): void
} {
  const flights = new Set<Flight>()
  const pauses = new Map<string, Pause>()
  const sent = new Map<string, number[]>()
  // What each seat heard last that was no verdict.
  const heard = new Map<Seat, { readonly id: string; readonly retryAfter: number | null }>()

  /**
   * A lease in storage is as good as the time that all its readers agree on: to one whose clock is ahead the
   * holder is long overdue, and makes way for a third.
   */
  function isLocked(): boolean {
    return !weather.isPoor && (weather.webLocks || browser.agreesOnTime())
  }

  function judgeFlight(seat: Seat, id: string): void {
    if (!isLocked()) return
    for (const other of flights) {
      if (other.id !== id || other.seat === seat || !other.isLocked) continue
      story.accuse(
        'one flight',
        `${seat.name} refreshes ${id} while ${other.seat.name} does so since ${clock.now() - other.since} ms`,
      )
    }
  }

  /** Ends what this seat has under way, or one session of it; whether there was anything. */
  function land(seat: Seat, id?: string): boolean {
    const landed = [...flights].filter(each => each.seat === seat && each.id === (id ?? each.id))
    for (const flight of landed) flights.delete(flight)
    return landed.length > 0
  }

  function judgePause(seat: Seat, id: string): void {
    const pause = pauses.get(id)
    if (pause === undefined || clock.now() >= pause.until) return
    const hint = pause.isAsked ? Number.NEGATIVE_INFINITY : history.lastProvoked('hint')
    if (Math.max(hint, history.lastProvoked('wish')) >= pause.since) return
    // Where each tab asks for itself, a flight does not wait to see what the last one came to. And where
    // somebody set the clock back, a page that reads another time may have noted its own pause over this one.
    const isKnown =
      seat === pause.by ||
      (cookies === null &&
        clock.now() > pause.since + weather.news &&
        browser.agreesOnTime() &&
        timeOf(seat) === timeOf(pause.by) &&
        !isApart(seat) &&
        !isApart(pause.by))
    if (!isKnown) return
    story.accuse(
      'pauses are kept',
      `${seat.name} refreshes ${id} ${Math.round(pause.until - clock.now())} ms before the pause is over that ${pause.by.name} began`,
    )
  }

  function judgeNumber({ name }: Seat, id: string): void {
    const since = clock.now() - WINDOW
    // Where the refresh token is a cookie, each tab fetches its own access token.
    const key = cookies === null ? id : `${id} ${name}`
    const recent = [...(sent.get(key) ?? []), clock.now()].filter(at => at > since)
    sent.set(key, recent)
    // Each flight may ask twice.
    const most = PER_WINDOW + 2 * history.provocationsSince(since)
    if (recent.length > most)
      story.accuse('no storm', `${recent.length} refreshes of ${id} within ${WINDOW} ms`)
  }

  return {
    spends(seat, token) {
      const id = ownerOf(token)
      judgeFlight(seat, id)
      judgePause(seat, id)
      judgeNumber(seat, id)
      if (server.isSucceeded(token) && !weather.isPoor)
        story.accuse('no token twice', `${seat.name} spends ${token}, whose successor is in use`)
      land(seat, id)
      flights.add({ seat, id, since: clock.now(), isLocked: isLocked() })
    },
    givesUp(seat, token) {
      land(seat, ownerOf(token))
    },
    isAnswered(seat, token, answer) {
      const id = ownerOf(token)
      // It went on to something else since: time ran out, or it did not run itself.
      if (!land(seat, id)) return
      if (answer.is === 'granted') pauses.delete(id)
      if (answer.is === 'lost') heard.set(seat, { id, retryAfter: null })
      else if (answer.is === 'unreachable') heard.set(seat, { id, retryAfter: answer.retryAfter })
      else heard.delete(seat)
    },
    pauses(seat, ms) {
      const last = heard.get(seat)
      // It was another tab that asked: its pause is everybody's.
      if (last === undefined) return
      heard.delete(seat)
      const { id, retryAfter } = last
      if (id !== sessionOf(seat)) return
      const since = clock.now()
      pauses.set(id, { by: seat, since, until: since + ms, isAsked: retryAfter !== null })
      if (ms < Math.max(SHORTEST_PAUSE, retryAfter ?? 0))
        story.accuse('pauses are kept', `${seat.name} wants to ask for ${id} again after ${ms} ms`)
    },
    isFlying: seat => [...flights].some(flight => (seat ?? flight.seat) === flight.seat),
    interrupt(seat) {
      land(seat)
    },
  }
}

/** Whether the others do not see all that it knows. */
function isApart({ hadTrouble, isAlone }: Seat): boolean {
  return hadTrouble || isAlone
}

/** Pages that were opened before and after somebody set the clock back read different times, closed ones too. */
function timeOf({ tab }: Seat): number {
  return tab.world.clock.now()
}
