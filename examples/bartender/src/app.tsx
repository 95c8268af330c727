import { useSyncExternalStore } from 'react'
import { Counter } from './counter.tsx'
import { LockPage } from './lock-page.tsx'
import { placeOf } from './place.ts'
import { getRoster, onRosterChange } from './roster.ts'

/** The tablet on the counter: somebody's place, or the question whose turn it is. */
export function App() {
  const { at, seats } = useSyncExternalStore(onRosterChange, getRoster)
  if (at === null) return <LockPage seats={seats} />
  const seat = seats.find(one => one.app === at)
  return (
    <Counter key={at} place={placeOf(at)} isShared={seats.length > 0} hasPin={Boolean(seat?.pin)} />
  )
}
