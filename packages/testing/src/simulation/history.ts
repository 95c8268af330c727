import type { ManualClock } from '../manual-clock.ts'
import type { Seat } from './seat.ts'

/** What really happened: the truth that the promises are judged by. */
export interface History {
  /** The person at `seat` signed out of `id`. */
  signedOut(seat: Seat, id: string): void
  /** A tab shows that it holds `id`. */
  held(seat: Seat, id: string): void
  /** What is stored may vanish: somebody cleared it, or it refuses until the returned function is called. */
  storageFails(): () => void
  /** Something that a refresh may follow at once, whatever the pause: a wish, a hint, a page that opens. */
  provoked(by: 'wish' | 'hint'): void
  /** Time in which nobody could see anything passed. */
  slept(ms: number): void

  /** When somebody first signed out of `id`; `null` for never. */
  signOutOf(id: string): { readonly at: number; readonly seats: ReadonlySet<Seat> } | null
  /** Whether another session was taken up in this browser after `id`, or was in it all the while, unseen. */
  isFollowed(id: string): boolean
  /** Whether what was stored may have been lost since `id` began. */
  mayHaveVanished(id: string): boolean
  /** When a refresh was last provoked. */
  lastProvoked(by: 'wish' | 'hint'): number
  /** How often a refresh was provoked since `time`. */
  provocationsSince(time: number): number
}

export function createHistory(clock: ManualClock): History {
  const signOuts = new Map<string, { at: number; seats: Set<Seat> }>()
  const provocations: { readonly by: 'wish' | 'hint'; readonly at: number }[] = []
  const begun: string[] = []
  // In the order in which the tabs took them up.
  const taken: { readonly seat: Seat; readonly id: string }[] = []
  const failures: { end: number }[] = []

  return {
    signedOut(seat, id) {
      const signOut = signOuts.get(id) ?? { at: clock.now(), seats: new Set() }
      signOuts.set(id, signOut)
      signOut.seats.add(seat)
    },
    held(seat, id) {
      taken.push({ seat, id })
      if (!begun.includes(id)) begun.push(id)
    },
    storageFails() {
      const failure = { end: Number.POSITIVE_INFINITY }
      failures.push(failure)
      return () => {
        failure.end = begun.length
      }
    },
    provoked(by) {
      provocations.push({ by, at: clock.now() })
    },
    slept(ms) {
      for (const signOut of signOuts.values()) signOut.at += ms
    },

    signOutOf: id => signOuts.get(id) ?? null,
    isFollowed(id) {
      const first = taken.findIndex(each => each.id === id)
      return taken.some(
        ({ seat, id: other }, i) => other !== id && (i > first || seat.isAlone || seat.hadTrouble),
      )
    },
    mayHaveVanished: id => failures.some(({ end }) => end > begun.indexOf(id)),
    lastProvoked: by =>
      provocations.findLast(each => each.by === by)?.at ?? Number.NEGATIVE_INFINITY,
    provocationsSince: time => provocations.filter(({ at }) => at >= time).length,
  }
}
