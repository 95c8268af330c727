import type { Session } from '@tabkeeper/core'
import { createLogin, EMPTY_LOGIN, type Login, type LoginFields } from '@tabkeeper/core/bindings'
import { type ComputedRef, computed, shallowReactive } from 'vue'
import { useStore } from './use-store.ts'

/** A sign-in form whose fields are reactive: `v-model="login.fields.email"`. */
export type LoginForm<Fields extends LoginFields> = Omit<Login<Fields>, 'change' | 'fields'> & {
  readonly fields: { -readonly [Name in keyof Fields]: Fields[Name] }
}

/**
 * Returns a sign-in form: what is in its fields, whether the server is being asked, and why it refused.
 * However often it is sent, there is one attempt at a time.
 *
 * @param initial What the fields hold at first, and again after a sign-in.
 * Default: `{ email: '', password: '', remember: true }`.
 *
 * @example
 * ```ts
 * const login = useLogin(session)
 * login.value.fields.email = 'ada@bar.test'
 * await login.value.submit()
 * ```
 */
export function useLogin(
  session: Pick<Session, 'login'>,
): ComputedRef<LoginForm<typeof EMPTY_LOGIN>>
export function useLogin<Fields extends LoginFields>(
  session: Pick<Session, 'login'>,
  initial: Fields,
): ComputedRef<LoginForm<Fields>>
export function useLogin(
  session: Pick<Session, 'login'>,
  initial: LoginFields = EMPTY_LOGIN,
): ComputedRef<LoginForm<LoginFields>> {
  const store = createLogin(session, initial)
  const state = useStore(store, store.getState())
  const fields = shallowReactive({ ...initial })

  async function submit(event?: { preventDefault(): void }): Promise<boolean> {
    state.value.change(fields)
    const isSignedIn = await state.value.submit(event)
    if (isSignedIn) Object.assign(fields, initial)
    return isSignedIn
  }
  return computed(() => ({ ...state.value, fields, submit }))
}
