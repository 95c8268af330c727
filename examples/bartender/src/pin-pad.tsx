import { Field, useAction } from '@tabkeeper-examples/house/react'
import { type FormEvent, useState } from 'react'
import { isPin, pinLength } from './pin.ts'
import { placeOf } from './place.ts'
import { countWrong, leaveSeat, type Seat, unlock } from './roster.ts'

/** So many wrong PINs, and the password is asked for again. */
const TRIES = 5
const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0']

/** Asks somebody for their PIN, by keyboard or by thumb. */
export function PinPad({ seat, onBack }: { readonly seat: Seat; readonly onBack: () => void }) {
  const [digits, setDigits] = useState('')
  const check = useAction(async (tried: string) => {
    setDigits('')
    if (seat.pin && (await isPin(tried, seat.pin))) return unlock(seat.app)
    countWrong(seat.app)
    if (seat.wrong + 1 < TRIES) return
    // The session is over before its place is free: nobody sees what was there.
    const told = placeOf(seat.app).session.logout()
    leaveSeat(seat.app)
    await told
  })

  function type(typed: string) {
    const next = typed.replace(/\D/g, '').slice(0, pinLength)
    setDigits(next)
    if (next.length === pinLength) void check.run(next)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void check.run(digits)
  }

  const left = TRIES - seat.wrong
  return (
    <form className="pin" onSubmit={submit}>
      <h1>Hello {seat.name}</h1>
      <Field
        label="Your PIN"
        name="pin"
        type="password"
        inputMode="numeric"
        autoComplete="off"
        autoFocus
        value={digits}
        onChange={({ currentTarget }) => type(currentTarget.value)}
        error={
          seat.wrong > 0
            ? `This PIN is wrong. ${left} more ${left === 1 ? 'try' : 'tries'}, then you sign in again.`
            : undefined
        }
      />
      <div className="keys">
        {keys.map(key => (
          <button
            key={key}
            type="button"
            disabled={check.pending}
            onClick={() => type(digits + key)}
          >
            {key}
          </button>
        ))}
        <button
          type="button"
          aria-label="Delete the last digit"
          onClick={() => type(digits.slice(0, -1))}
        >
          ⌫
        </button>
      </div>
      <button type="button" className="plain" onClick={onBack}>
        Somebody else
      </button>
    </form>
  )
}
