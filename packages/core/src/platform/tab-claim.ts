/** Claims a session for this tab, until `until` aborts; whether no other tab has it. */
export type Claim = (identity: string, until: AbortSignal) => Promise<boolean>

/** The claim to the session that is in this tab's own storage, while there is one. */
export interface TabClaim {
  /** Claims this session in place of another; nothing where it is claimed already. */
  hold(identity: string): void
  release(): void
  /** Kept when it is known whether the session is this tab's. */
  settled(): Promise<void>
}

/**
 * A tab that is duplicated takes a copy of its storage along, with a refresh token that works once: the
 * one that comes second finds the session claimed. `refused` is told so.
 */
export function createTabClaim(claim: Claim, refused: () => void): TabClaim {
  let held: { readonly identity: string; readonly over: AbortController } | null = null
  let made = Promise.resolve()

  const release = () => {
    held?.over.abort()
    held = null
  }
  return {
    hold(identity) {
      if (held?.identity === identity) return
      release()
      const over = new AbortController()
      held = { identity, over }
      made = claim(identity, over.signal).then(isOurs => {
        if (!isOurs && !over.signal.aborted) refused()
      })
    },
    release,
    settled: () => made,
  }
}
