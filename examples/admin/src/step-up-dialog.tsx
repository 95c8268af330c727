import { failureCode, failureInWords } from '@tabkeeper-examples/house/failure'
import { goToFirstError } from '@tabkeeper-examples/house/go-to-first-error'
import { Dialog, Field, useAction } from '@tabkeeper-examples/house/react'
import { type FormEvent, useEffect, useRef } from 'react'
import { reauthenticate } from './reauthenticate.ts'

/** Asks for the password once more, because the server wants to be sure before it ends sessions. */
export function StepUpDialog(props: {
  readonly onDone: () => void
  readonly onCancel: () => void
}) {
  const form = useRef<HTMLFormElement>(null)
  const check = useAction(async (password: string) => {
    await reauthenticate(password)
    props.onDone()
  })
  const wrong = failureCode(check.error) === 'invalid_credentials'

  useEffect(() => {
    if (check.error) goToFirstError(form.current)
  }, [check.error])

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    void check.run(String(new FormData(event.currentTarget).get('password')))
  }

  return (
    <Dialog title="Confirm that it is you" onCancel={props.onCancel}>
      <p>You signed in a while ago. Enter your password once more to end a session.</p>
      <form ref={form} onSubmit={submit}>
        {Boolean(check.error) && !wrong && (
          <p className="notice trouble" role="alert">
            {failureInWords(check.error)}
          </p>
        )}
        <Field
          label="Password"
          name="password"
          type="password"
          autoComplete="current-password"
          required
          error={wrong ? 'This password is wrong.' : undefined}
        />
        <div className="actions">
          <button type="button" onClick={props.onCancel}>
            Cancel
          </button>
          <button type="submit" className="primary" disabled={check.pending}>
            {check.pending ? 'Checking …' : 'Confirm'}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
