import type { BackOff } from '../tokens/back-off.ts'
import type { Grant } from '../tokens/grant.ts'
import type { SignOutReason } from '../tokens/sign-out-reason.ts'

/** What a session is in. There is one refresh at a time because `refreshing` is a state. */
export type State =
  | { readonly is: 'loading' }
  | {
      readonly is: 'unauthenticated'
      readonly reason: SignOutReason
      /** The session that ended here. It is never taken up again, whoever still has its tokens. */
      readonly ended: string | null
    }
  | {
      readonly is: 'authenticated'
      readonly grant: Grant
      /** Set after a refresh that got no verdict, until one does. */
      readonly backOff: BackOff | null
    }
  | {
      readonly is: 'refreshing'
      /** The grant being spent. An answer belongs to this flight if it names this very object. */
      readonly grant: Grant
      readonly backOff: BackOff | null
      /** `refusal`: the server would not have the token, so nothing more is sent with it. */
      readonly because: 'need' | 'refusal'
    }

export const LOADING: State = { is: 'loading' }

export function heldGrant(state: State): Grant | null {
  return state.is === 'authenticated' || state.is === 'refreshing' ? state.grant : null
}

export function heldAccessToken(state: State): string | null {
  return heldGrant(state)?.accessToken ?? null
}
