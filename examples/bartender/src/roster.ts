import { nameOf, type Person } from '@tabkeeper-examples/house/bar'
import * as z from 'zod/mini'
import { type Pin, pin } from './pin.ts'

/** Somebody who is signed in on this tablet. */
export type Seat = z.infer<typeof seat>
const seat = z.object({
  /** The name of their session. */
  app: z.string(),
  userId: z.string(),
  name: z.string(),
  pin: z.nullable(pin),
  /** How often a wrong PIN was typed since the last right one. */
  wrong: z.number(),
})

/** Who shares the tablet, and whose turn it is; `at` is `null` while it is locked. */
export type Roster = z.infer<typeof roster>
const roster = z.object({ at: z.nullable(z.string()), seats: z.array(seat) })

const KEY = 'counter-roster'
const alone: Roster = { at: 'bartender', seats: [] }

let read: { readonly text: string | null; readonly roster: Roster } = { text: null, roster: alone }
const listeners = new Set<() => void>()

/** Returns the roster, the same object until it changes, in this tab or in another. */
export function getRoster(): Roster {
  const text = localStorage.getItem(KEY)
  if (text !== read.text) read = { text, roster: parse(text) }
  return read.roster
}

export function onRosterChange(changed: () => void): () => void {
  listeners.add(changed)
  window.addEventListener('storage', changed)
  return () => {
    listeners.delete(changed)
    window.removeEventListener('storage', changed)
  }
}

/**
 * Somebody signed in at a place of a tablet that is shared; who is alone on it needs no seat. A PIN is
 * the person's: the next one at the same place has none.
 */
export function takeSeat(app: string, person: Person): void {
  if (getRoster().seats.length > 0) changeSeat(app, person, one => one)
}

/** Somebody chose a PIN: from now on the tablet is shared. */
export function setPin(app: string, person: Person, pin: Pin): void {
  changeSeat(app, person, one => ({ ...one, pin }))
}

/** Somebody left for good. The tablet is the others', if there are any. */
export function leaveSeat(app: string): void {
  change(({ at, seats }) => {
    const others = seats.filter(one => one.app !== app)
    const isElsewhere = at !== null && at !== app
    const next = others.length > 0 ? null : alone.at
    return { at: isElsewhere ? at : next, seats: others }
  })
}

export function countWrong(app: string): void {
  change(({ at, seats }) => ({
    at,
    seats: seats.map(one => (one.app === app ? { ...one, wrong: one.wrong + 1 } : one)),
  }))
}

export function lock(): void {
  change(({ seats }) => ({ at: null, seats }))
}

/** Lets somebody work; without a name, somebody new, at a place of their own. */
export function unlock(app?: string): void {
  change(({ seats }) => {
    const at = app ?? firstFree(seats)
    return { at, seats: seats.map(one => (one.app === at ? { ...one, wrong: 0 } : one)) }
  })
}

function firstFree(seats: readonly Seat[]): string {
  const names = ['bartender', ...seats.map((_, index) => `bartender-${index + 2}`)]
  return names.find(name => seats.every(one => one.app !== name)) ?? 'bartender'
}

function changeSeat(app: string, person: Person, to: (one: Seat) => Seat): void {
  change(({ at, seats }) => {
    const mine = seats.find(one => one.app === app && one.userId === person.id)
    const one = mine ?? { app, userId: person.id, name: nameOf(person), pin: null, wrong: 0 }
    return { at, seats: [...seats.filter(each => each.app !== app), to(one)] }
  })
}

function change(to: (now: Roster) => Roster): void {
  localStorage.setItem(KEY, JSON.stringify(to(getRoster())))
  for (const listener of listeners) listener()
}

function parse(text: string | null): Roster {
  if (text === null) return alone
  try {
    return roster.parse(JSON.parse(text))
  } catch {
    return alone
  }
}
