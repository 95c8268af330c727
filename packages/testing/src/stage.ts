import { onTestFinished } from 'vitest'
import { createHandTurnedSource, type HandTurnedSource } from './hand-turned-source.ts'
import { type RecordingServer, startRecordingServer } from './recording-server.ts'
import { untilWaiting } from './until.ts'

/** What a story about an adapter starts from: a server that accepts `T0`, and a session that holds it. */
export interface Stage {
  readonly server: RecordingServer
  readonly source: HandTurnedSource
  /** The server stops accepting the token, and the session does not know. */
  revoke(): void
  /** Waits until `waiting` requests wait for a refresh, and answers it with a token that is accepted. */
  refreshTo(accessToken: string, waiting?: number): Promise<void>
}

export interface StageOptions {
  /** @default createHandTurnedSource */
  readonly createSource?: (
    accessToken: string | null,
    origins: readonly string[],
  ) => HandTurnedSource
  /** Whether the server speaks HTTP/2, with a certificate that nobody trusts. @default false */
  readonly isSecure?: boolean
}

/**
 * Opens a {@link Stage} for one test. The session allows the server's origin.
 *
 * @example
 * ```ts
 * import { withAutoRefresh } from '@tabkeeper/fetch'
 *
 * const { server, source, revoke, refreshTo } = await openStage()
 * const api = withAutoRefresh(fetch, source)
 * revoke()
 * const answer = api(`${server.origin}/orders`)
 * await refreshTo('T1')
 * console.log((await answer).status, server.requests.length) // 200, 2
 * ```
 */
export async function openStage({
  createSource = createHandTurnedSource,
  isSecure = false,
}: StageOptions = {}): Promise<Stage> {
  const server = await startRecordingServer({ isSecure })
  onTestFinished(() => server.close())
  server.accepted.add('T0')
  const source = createSource('T0', [server.origin])
  return {
    server,
    source,
    revoke: () => server.accepted.clear(),
    async refreshTo(accessToken, waiting = 1) {
      await untilWaiting(source, waiting)
      server.accepted.add(accessToken)
      source.grant(accessToken)
    },
  }
}
