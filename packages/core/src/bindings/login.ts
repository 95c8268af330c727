import { isSessionError, type SessionError } from '../errors.ts'
import type { Credentials } from '../ports/auth-endpoint.ts'
import type { Session } from '../session/session.ts'
import { createStore, type Store } from './store.ts'

/** What a sign-in form asks for: credentials, and whether to stay signed in (default `true`). */
export type LoginFields = Credentials & { readonly remember?: boolean }

/** A sign-in form: what is in its fields, and how it goes. */
export interface Login<Fields extends LoginFields = LoginFields> {
  readonly fields: Fields
  /** Whether the server is being asked. */
  readonly pending: boolean
  /** Why the latest attempt came to nothing; `null` again when the next begins. */
  readonly error: SessionError | null
  /** Fills in some of the fields. */
  change(fields: Partial<Fields>): void
  /**
   * Signs in with what is in the fields. Resolves with whether that went well; the fields are then as they
   * were at first. While an attempt is pending it does nothing and resolves with `false`.
   */
  submit(event?: { preventDefault(): void }): Promise<boolean>
}

/** What a form starts with. */
export const EMPTY_LOGIN = { email: '', password: '', remember: true }

/**
 * Returns a sign-in form as a store. An attempt that fails is told in `error`; only what is no
 * `SessionError`, so a mistake in the code, rejects.
 *
 * @example
 * ```ts
 * const login = createLogin(session, { username: '', password: '' })
 * login.getState().change({ username: 'ada' })
 * await login.getState().submit()
 * ```
 */
export function createLogin<Fields extends LoginFields>(
  session: Pick<Session, 'login'>,
  initial: Fields,
): Store<Login<Fields>> {
  const store = createStore<Login<Fields>>({
    fields: initial,
    pending: false,
    error: null,
    change: fields => store.change({ fields: { ...store.getState().fields, ...fields } }),
    submit,
  })

  async function submit(event?: { preventDefault(): void }): Promise<boolean> {
    event?.preventDefault()
    const { pending, fields } = store.getState()
    if (pending) return false
    const { remember = true, ...credentials } = fields
    store.change({ pending: true, error: null })
    try {
      // What is left of the fields is the credentials, which the rest of a type parameter does not say.
      await session.login(credentials as unknown as Credentials, { remember })
    } catch (error) {
      store.change({ pending: false, error: isSessionError(error) ? error : null })
      if (isSessionError(error)) return false
      throw error
    }
    store.change({ pending: false, fields: initial })
    return true
  }

  return store
}
