import type { Session } from '@tabkeeper/core'
import { nameOf, type Person } from './bar.ts'

/** How many sign-ins of this very page are under way. */
let underWay = 0

/** Runs a sign-in of this page, which is no news to it. */
export async function signInHere<T>(signIn: () => Promise<T>): Promise<T> {
  underWay++
  try {
    return await signIn()
  } finally {
    underWay--
  }
}

/**
 * Calls back with the name of whoever is here now without having signed in in this page: somebody
 * else did in another tab. Returns the end of it.
 */
export function onTakeover(
  session: Pick<Session<Person>, 'getState' | 'subscribe'>,
  tell: (name: string) => void,
): () => void {
  let latest = idOf(session.getState())
  return session.subscribe(state => {
    const id = idOf(state)
    if (id === null || id === latest) return
    latest = id
    if (underWay === 0 && state.status === 'authenticated') tell(nameOf(state.user))
  })
}

const idOf = (state: ReturnType<Session<Person>['getState']>): string | null =>
  state.status === 'authenticated' ? (state.user?.id ?? null) : null
