import type { Person } from '@tabkeeper-examples/house/bar'
import { Dialog, Field, useAction } from '@tabkeeper-examples/house/react'
import { type FormEvent, useState } from 'react'
import { canHavePins, makePin, pinLength } from './pin.ts'
import { lock, setPin } from './roster.ts'

/** Locks the tablet for the next one. The first time, it asks for the PIN that unlocks it. */
export function LockButton(props: {
  readonly app: string
  readonly person: Person
  readonly hasPin: boolean
}) {
  const [isChoosing, setChoosing] = useState(false)
  if (!canHavePins()) return null
  return (
    <>
      <button type="button" onClick={() => (props.hasPin ? lock() : setChoosing(true))}>
        Lock
      </button>
      {isChoosing && <ChoosePin {...props} onCancel={() => setChoosing(false)} />}
    </>
  )
}

function ChoosePin(props: {
  readonly app: string
  readonly person: Person
  readonly onCancel: () => void
}) {
  const { app, person, onCancel } = props
  const [problem, setProblem] = useState<string>()
  const choose = useAction(async (digits: string) => {
    setPin(app, person, await makePin(digits))
    lock()
  })

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const digits = String(new FormData(event.currentTarget).get('pin'))
    const isGood = /^\d+$/.test(digits) && digits.length === pinLength
    setProblem(isGood ? undefined : `Use ${pinLength} digits.`)
    if (isGood) void choose.run(digits)
  }

  return (
    <Dialog title="Choose a PIN" onCancel={onCancel}>
      <p>
        With it you come back to your orders, while others use this tablet in their own name. It
        locks by itself when nobody touches it for two minutes.
      </p>
      <form onSubmit={submit} noValidate>
        <Field
          label={`PIN, ${pinLength} digits`}
          name="pin"
          type="password"
          inputMode="numeric"
          autoComplete="off"
          maxLength={pinLength}
          error={problem}
        />
        <div className="actions">
          <button type="button" onClick={onCancel}>
            Cancel
          </button>
          <button type="submit" className="primary" disabled={choose.pending}>
            Set PIN and lock
          </button>
        </div>
      </form>
    </Dialog>
  )
}
