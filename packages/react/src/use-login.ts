import type { Session } from '@tabkeeper/core'
import { createLogin, EMPTY_LOGIN, type Login, type LoginFields } from '@tabkeeper/core/bindings'
import { useMemo } from 'react'
import { useStore } from './use-store.ts'

/**
 * Returns a sign-in form: what is in its fields, whether the server is being asked, and why it refused.
 * However often it is sent, there is one attempt at a time.
 *
 * @param initial What the fields hold at first, and again after a sign-in.
 * Default: `{ email: '', password: '', remember: true }`.
 *
 * @example
 * ```tsx
 * function Form() {
 *   const { fields, change, submit, pending, error } = useLogin(session)
 *   return (
 *     <form onSubmit={submit}>
 *       <input value={fields.email} onChange={event => change({ email: event.target.value })} />
 *       <input
 *         type="password"
 *         value={fields.password}
 *         onChange={event => change({ password: event.target.value })}
 *       />
 *       {error && <p role="alert">{error.code}</p>}
 *       <button disabled={pending}>Sign in</button>
 *     </form>
 *   )
 * }
 * ```
 */
export function useLogin(session: Pick<Session, 'login'>): Login<typeof EMPTY_LOGIN>
export function useLogin<Fields extends LoginFields>(
  session: Pick<Session, 'login'>,
  initial: Fields,
): Login<Fields>
export function useLogin(
  session: Pick<Session, 'login'>,
  initial: LoginFields = EMPTY_LOGIN,
): Login<LoginFields> {
  // Of `initial` the first is meant, as with useState.
  return useStore(useMemo(() => createLogin(session, initial), [session]))
}
