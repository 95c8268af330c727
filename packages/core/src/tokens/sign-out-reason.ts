/** Why nobody is signed in. The set is closed. */
export type SignOutReason =
  /** Nobody was signed in when the page opened. */
  | 'none'
  /** `logout()` in this tab. */
  | 'logout'
  /** `logout()` in another tab of this browser, or wherever else this very session was held. */
  | 'logout-elsewhere'
  /** The session reached its idle or absolute end, or its token ended and there is none to refresh it with. */
  | 'expired'
  /** The server ended it: signed out from another device, by an administrator, or unknown to the server. */
  | 'revoked'
  /** The server saw a refresh token that had been used up, here or elsewhere: it may have been stolen. */
  | 'reuse-detected'
  | 'account-disabled'
  /**
   * The tokens vanished from storage without a sign-out: site data cleared by the user or the browser, or
   * spent tokens taken away by a tab that could not store the new ones.
   */
  | 'storage-cleared'
  /** Another session took its place in this browser. */
  | 'replaced'

const reasons: ReadonlySet<unknown> = new Set<SignOutReason>([
  'none',
  'logout',
  'logout-elsewhere',
  'expired',
  'revoked',
  'reuse-detected',
  'account-disabled',
  'storage-cleared',
  'replaced',
])

export function isSignOutReason(value: unknown): value is SignOutReason {
  return reasons.has(value)
}
