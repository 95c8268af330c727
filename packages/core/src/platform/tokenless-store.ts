import type { TokenlessPorts, TokenlessStore } from '../ports/token-store.ts'
import type { Found } from '../tokens/commit-record.ts'
import type { Grant } from '../tokens/grant.ts'

/**
 * Keeps the tokens in this page. What all tabs share is the record of the session: who finds one and has
 * no token of it has one that is over.
 */
export function tokenlessStore(ports: TokenlessPorts): TokenlessStore {
  const { store, lock, disposed } = ports
  let held: Grant | null = null

  return {
    ...store,
    read() {
      const found = store.read()
      if (found === null) return null
      if (held?.identity !== identityIn(found)) held = null
      return found.is === 'grant' ? completed(found) : found
    },
    write(grant) {
      held = grant
      store.write(bare(grant))
    },
    pause: (grant, backOff) => store.pause(bare(grant), backOff),
    erase(grant, reason) {
      held = null
      store.erase(bare(grant), reason)
    },
    // The very tokens that are held are no new session, also where the server names none.
    received: grant => (held?.accessToken === grant.accessToken ? held : withName(grant)),
    signIn: task => lock.hold(task, { signal: disposed }),
  }

  function completed({ grant, backOff }: Extract<Found, { is: 'grant' }>): Found {
    // Tokens in storage are from before the app used cookies, or somebody else's. The next sign-in erases them.
    if (grant.accessToken !== null || grant.refreshToken !== null)
      return { is: 'nothing', ended: null }
    const mine = held ?? withName({ ...grant, receivedAt: 0, lifetime: 0 })
    return { is: 'grant', grant: { ...mine, revision: grant.revision }, backOff }
  }
}

function identityIn(found: Found): string | null {
  return found.is === 'grant' ? found.grant.identity : null
}

function bare(grant: Grant): Grant {
  return { ...grant, accessToken: null, refreshToken: null }
}

/** In the place of a refresh token that nobody sees stands the name of the session, which is no secret. */
function withName(grant: Grant): Grant {
  return { ...grant, refreshToken: grant.sessionId ?? UNNAMED + grant.identity }
}

const UNNAMED = 'unnamed:'

/** Whether it is nobody's name: the server gives none, or whoever asks does not mind whose session it is. */
export function isUnnamed(sessionName: string): boolean {
  return sessionName === '' || sessionName.startsWith(UNNAMED)
}
