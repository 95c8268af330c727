import type { StepUpChallenge } from '../tokens/step-up-challenge.ts'

/** A token together with the session it belongs to. Treat it as opaque: hand it back as it came. */
export interface Lease {
  readonly accessToken: string
}

/**
 * What the attach-send-replay algorithm needs from a session, and all that an adapter may know of it.
 * Every session that `createSession` returns is one.
 */
export interface TokenSource {
  /** Whether a token may be sent to this origin (`https://api.example`, as `URL.origin` spells it). */
  allows(origin: string): boolean

  /**
   * A token for a request that is about to go out: at once while the held one is good, as a promise
   * while the request has to wait for a refresh, `null` when nobody is signed in.
   *
   * The promise rejects with a `SessionError` (`session-ended`, `session-changed`, `unreachable`,
   * `too-many-waiting`, `disposed`), or with `signal.reason` as soon as `signal` aborts. Those who wait
   * are answered in the order in which they came.
   */
  lease(signal?: AbortSignal | null): Lease | null | Promise<Lease | null>

  /**
   * The token at hand for a request that cannot wait, however old it is; `null` when there is none or
   * the server has refused it.
   */
  held(): Lease | null

  /**
   * A newer token of the same session after the server refused `refused` with a 401, or `null` when
   * the 401 is the answer: the refused token is fresh itself, or its session is over or another one
   * by now. Rejects as `lease` does, for what happens while it waits.
   */
  renew(refused: Lease, signal?: AbortSignal | null): Promise<Lease | null>

  /**
   * A token of the same session after the user has proved again who they are, as `challenge` asks for,
   * or `null` when the 401 is the answer: nobody can be asked, or the session is another one. Rejects
   * as `lease` does, and with `step-up-cancelled`.
   */
  stepUp(
    refused: Lease,
    challenge: StepUpChallenge,
    signal?: AbortSignal | null,
  ): Promise<Lease | null>
}
