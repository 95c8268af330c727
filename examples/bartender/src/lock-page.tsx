import { Tally } from '@tabkeeper-examples/house/react'
import { useState } from 'react'
import { PinPad } from './pin-pad.tsx'
import { type Seat, unlock } from './roster.ts'

/** The tablet while nobody works on it: who is signed in, and the way to each of their places. */
export function LockPage({ seats }: { readonly seats: readonly Seat[] }) {
  const [chosen, choose] = useState<string | null>(null)
  const seat = seats.find(one => one.app === chosen)
  return (
    <main className="locked">
      <p className="wordmark">
        <Tally /> Keeper’s <span className="place">Counter</span>
      </p>
      {seat ? (
        <PinPad key={seat.app} seat={seat} onBack={() => choose(null)} />
      ) : (
        <>
          <h1>Who is at the counter?</h1>
          <ul className="people" aria-label="Signed in on this tablet">
            {seats.map(({ app, name }) => (
              <li key={app}>
                <button type="button" onClick={() => choose(app)}>
                  <span className="initial" aria-hidden="true">
                    {name.slice(0, 1)}
                  </span>
                  {name}
                </button>
              </li>
            ))}
            <li>
              <button type="button" onClick={() => unlock()}>
                <span className="initial" aria-hidden="true">
                  +
                </span>
                Somebody else
              </button>
            </li>
          </ul>
        </>
      )}
    </main>
  )
}
