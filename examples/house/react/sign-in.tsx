import type { Credentials, SignOutReason } from '@tabkeeper/core'
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { failureCode, failureInWords } from '../src/failure.ts'
import { goToFirstError } from '../src/go-to-first-error.ts'
import { reasonInWords } from '../src/session-in-words.ts'
import { type SignInErrors, signInErrors } from '../src/sign-in-errors.ts'
import { signInHere } from '../src/takeover.ts'
import { Field } from './field.tsx'
import { Tally } from './tally.tsx'
import { useAction } from './use-action.ts'

/** The page that asks who is there. It says why, when somebody was signed in before. */
export function SignIn(props: {
  readonly session: {
    login(credentials: Credentials, options: { readonly remember: boolean }): Promise<unknown>
  }
  readonly reason: SignOutReason
  /** What is behind this door: its name, and a sentence about it. */
  readonly name: string
  readonly purpose: string
  /** Other ways in, below the form. */
  readonly children?: ReactNode
}) {
  const form = useRef<HTMLFormElement>(null)
  const [errors, setErrors] = useState<SignInErrors>({})
  const login = useAction((who: Credentials, remember: boolean) =>
    signInHere(() => props.session.login(who, { remember })),
  )
  const wrong = failureCode(login.error) === 'invalid-credentials'
  const failure = login.error ? failureInWords(login.error) : undefined
  const reason = reasonInWords(props.reason)

  useEffect(() => {
    goToFirstError(form.current)
  }, [errors, login.error])

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const entries = new FormData(event.currentTarget)
    const email = String(entries.get('email')).trim()
    const password = String(entries.get('password'))
    const found = signInErrors(email, password)
    setErrors(found)
    if (Object.keys(found).length > 0) return
    void login.run({ email, password }, entries.has('remember'))
  }

  return (
    <main className="door">
      <div className="door-sign">
        <Tally />
        <p className="door-name">{props.name}</p>
        <p>{props.purpose}</p>
      </div>
      <div className="door-form">
        <form ref={form} className="sheet" noValidate onSubmit={submit}>
          <h1 tabIndex={-1}>Sign in</h1>
          {reason && (
            <p className="notice" role="status">
              {reason}
            </p>
          )}
          {failure && !wrong && (
            <p className="notice trouble" role="alert">
              {failure}
            </p>
          )}
          <Field
            label="E-mail"
            name="email"
            type="email"
            autoComplete="username"
            required
            error={errors.email}
          />
          <Field
            label="Password"
            name="password"
            type="password"
            autoComplete="current-password"
            required
            error={errors.password ?? (wrong ? failure : undefined)}
          />
          <label className="check">
            <input type="checkbox" name="remember" defaultChecked />
            Stay signed in on this device
          </label>
          <button type="submit" className="primary" disabled={login.pending}>
            {login.pending ? 'Signing in …' : 'Sign in'}
          </button>
        </form>
        {props.children}
      </div>
    </main>
  )
}
