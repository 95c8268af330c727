import type { Ground } from './ground.ts'
import { type Seat, sessionOf } from './seat.ts'

/** Judges what the open tabs hold when everything works and everybody has had time. */
export function judgeAgreement(
  seats: readonly Seat[],
  { server, weather, history, story }: Ground,
): void {
  for (const seat of seats) {
    const id = sessionOf(seat)
    if (id !== null && !server.live().includes(id))
      story.accuse('agreement', `${seat.name} still holds ${id}, which is over`)
  }
  // What one tab keeps for itself the others do not see.
  const held = new Set(seats.filter(isShared).map(sessionOf))
  if (held.size > 1) story.accuse('agreement', `the tabs hold ${[...held].join(' and ')}`)
  for (const id of held)
    if (id !== null && history.signOutOf(id) !== null && !weather.isPoor)
      story.accuse('an end is an end', `${id} is back`)
  // With grace there may be a request on its way still of a tab that was closed long ago.
  if (weather.isStrict && server.counts.reused > 0)
    story.accuse('no token twice', 'the server met a refresh token whose successor was in use')
}

function isShared({ hadTrouble, isAlone, session }: Seat): boolean {
  const state = session.getState()
  return (
    !hadTrouble && !isAlone && (state.status !== 'authenticated' || state.persistence === 'local')
  )
}
