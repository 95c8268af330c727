import type { State } from '../machine/state.ts'
import type { Persistence } from '../ports/token-store.ts'
import type { Grant } from '../tokens/grant.ts'
import type { EpochMs } from '../tokens/lifetime.ts'
import type { SessionState } from './session-state.ts'
import { type StandardSchemaV1, validate } from './standard-schema.ts'

const LOADING: SessionState<never> = Object.freeze({ status: 'loading' })

/**
 * Returns the function that shows the machine's state to the page: the same object while nothing that
 * can be seen has changed, and the same user object while the user's data is the same.
 */
export function createSnapshot<User>(schema: StandardSchemaV1<unknown, User> | undefined) {
  let shown: SessionState<User> = LOADING
  let source: { state: State; persistence: Persistence } | null = null
  let raw = ''
  let user: User | null = null

  function userFrom(value: unknown): User | null {
    const text = JSON.stringify(value) ?? ''
    if (text === raw) return user
    raw = text
    // A schema that throws leaves nobody here, and not the one before.
    user = null
    // Without a schema nobody knows better than the type argument, which is `unknown` unless it was given.
    user = schema === undefined ? (value as User | null) : validate(schema, value)
    return user
  }

  function show(state: State, persistence: Persistence): SessionState<User> {
    switch (state.is) {
      case 'loading':
        return LOADING
      case 'unauthenticated':
        return { status: 'unauthenticated', reason: state.reason }
      case 'authenticated':
      case 'refreshing': {
        const { grant, backOff } = state
        return {
          status: 'authenticated',
          user: userFrom(grant.user),
          sessionId: grant.sessionId,
          expiresAt: expiryOf(grant),
          refresh:
            state.is === 'refreshing' ? 'pending' : backOff === null ? 'idle' : 'backing-off',
          persistence,
        }
      }
    }
  }

  return (state: State, persistence: Persistence): SessionState<User> => {
    if (source?.state === state && source.persistence === persistence) return shown
    const next = show(state, persistence)
    source = { state, persistence }
    if (!isSame(shown, next)) shown = next
    return shown
  }
}

/** Where there is a session and no token yet, there is nothing that could end. */
function expiryOf({ accessToken, receivedAt, lifetime }: Grant): EpochMs | null {
  return accessToken === null || lifetime === null ? null : receivedAt + lifetime
}

function isSame(a: object, b: object): boolean {
  const entries = Object.entries(b)
  return (
    entries.length === Object.keys(a).length &&
    entries.every(([key, value]) => Reflect.get(a, key) === value)
  )
}
