import type { Session, SessionState } from '@tabkeeper/core'
import {
  type ComputedRef,
  computed,
  getCurrentInstance,
  getCurrentScope,
  onBeforeMount,
  onMounted,
  onScopeDispose,
  shallowRef,
} from 'vue'

/** The part of a session that a component reads. Every `Session` is one. */
export type ReadableSession<User> = Pick<Session<User>, 'getState' | 'subscribe'>

/**
 * Returns the state of a session as a readonly ref. Neither the session nor its state is made
 * reactive in depth: the ref holds the very objects that the session hands out.
 *
 * It stops following when its owner ends: the component, or the effect scope it was called in.
 * On a server, and while its markup is hydrated, the state is `{ status: 'loading' }`, so both
 * renders agree. Everywhere else it is the real state from the first render on.
 *
 * @param select Narrows the state; whoever reads the ref is updated only when the result changes
 * (`Object.is`). May read other refs.
 *
 * @example
 * ```ts
 * const auth = useSession(session)
 * watchEffect(() => {
 *   if (auth.value.status === 'unauthenticated') router.push('/sign-in')
 * })
 * ```
 *
 * @example
 * ```ts
 * const signedIn = useSession(session, state => state.status === 'authenticated')
 * ```
 */
export function useSession<User>(session: ReadableSession<User>): ComputedRef<SessionState<User>>
export function useSession<User, Selected>(
  session: ReadableSession<User>,
  select: (state: SessionState<User>) => Selected,
): ComputedRef<Selected>
export function useSession<User>(
  session: ReadableSession<User>,
  select: (state: SessionState<User>) => unknown = whole,
): ComputedRef<unknown> {
  const component = getCurrentInstance()
  const setsUp = component !== null && !component.isMounted
  // A component that is about to adopt server-rendered markup holds its first node already.
  const hydrates = setsUp && component.vnode.el !== null
  const state = shallowRef<SessionState<User>>(hydrates ? loading : session.getState())

  let stop: (() => void) | undefined
  const follow = () => {
    stop = session.subscribe(next => {
      state.value = next
    })
    state.value = session.getState()
  }
  // Neither hook runs on a server, where nobody would end the subscription.
  if (hydrates) onMounted(follow)
  else if (setsUp) onBeforeMount(follow)
  else follow()
  if (getCurrentScope()) onScopeDispose(() => stop?.())

  return computed(() => select(state.value))
}

const loading: SessionState<never> = { status: 'loading' }

const whole = <State>(state: State): State => state
