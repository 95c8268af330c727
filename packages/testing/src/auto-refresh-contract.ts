import type { TokenSource } from '@tabkeeper/core/http'
import { beforeEach, describe, onTestFinished } from 'vitest'
import { itCarriesTheSameBytes } from './auto-refresh-contract-bytes.ts'
import { itWorksWithARealSession } from './auto-refresh-contract-live.ts'
import { itKeepsToItsOrigins } from './auto-refresh-contract-origins.ts'
import { itRefreshesOnce } from './auto-refresh-contract-refresh.ts'
import { itBelongsToOneSession } from './auto-refresh-contract-session.ts'
import { itAsksForAStepUp } from './auto-refresh-contract-step-up.ts'
import { itNeverReplaysAStream } from './auto-refresh-contract-streams.ts'
import { createHandTurnedSource } from './hand-turned-source.ts'
import { type RecordingServer, startRecordingServer } from './recording-server.ts'
import { openStage, type Stage, type StageOptions } from './stage.ts'

/** A request in words that every host library knows. */
export interface ContractRequest {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly signal?: AbortSignal
  readonly session?: false
}

/** An answer, whatever its status. */
export interface ContractAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

/** A host library behind the same few words. */
export interface ContractClient {
  /** Resolves for every status; rejects with exactly what the host rejects with. */
  send(url: string, request?: ContractRequest): Promise<ContractAnswer>
  /** A body of the host's own kind that can be read only once. */
  streamOf(bytes: Uint8Array): unknown
  /** Whether `error` is what the host gives when its signal aborts with `reason`. */
  isAborted(error: unknown, reason: unknown): boolean
}

export interface ContractOptions {
  /** The adapter's `shouldRefresh`, in the same few words. */
  readonly shouldRefresh?: (answer: ContractAnswer) => boolean | Promise<boolean>
}

/** Returns the host wrapped with a session; bare for `null`, which is what the wrapped one is compared with. */
export type CreateContractClient = (
  session: TokenSource | null,
  options?: ContractOptions,
) => ContractClient

/** Where a host is, and what it cannot do by itself, so that no adapter can. */
export interface ContractTraits extends StageOptions {
  /** Whether the host sends streams. @default true */
  readonly streams?: boolean
  /**
   * Whether the host sends the `FormData` and `Blob` of where the tests run: Node 22's fetch takes those of
   * jsdom for something else.
   *
   * @default true
   */
  readonly forms?: boolean
  /** Whether the host tells where an answer came from in the end. One that does not refreshes in vain, once. @default true */
  readonly seesRedirects?: boolean
  /** Whether requests arrive in the order in which the host is handed them. Not so where a browser asks each time whether it may. @default true */
  readonly keepsOrder?: boolean
}

/** What each test of the contract starts from. */
export interface ContractStage extends Stage {
  /** Another origin, which the session does not allow. */
  readonly foreign: RecordingServer
  /** Wrapped with `source`. */
  readonly client: ContractClient
  readonly createClient: CreateContractClient
  readonly createSource: NonNullable<StageOptions['createSource']>
}

/**
 * The contract of every `withAutoRefresh`: what a request through it does, seen from both ends, by the
 * caller and by a real server. Call it in a test file of the adapter.
 *
 * @example
 * ```ts
 * import { withAutoRefresh } from '@tabkeeper/fetch'
 *
 * describeAutoRefresh('fetch', session => {
 *   const call = session ? withAutoRefresh(fetch, session) : fetch
 *   return {
 *     async send(url, { body, ...init } = {}) {
 *       const response = await call(url, { ...init, body: body as BodyInit })
 *       const { status, headers } = response
 *       return { status, headers: Object.fromEntries(headers), text: await response.text() }
 *     },
 *     streamOf: bytes => new Response(bytes.slice()).body,
 *     isAborted: (error, reason) => error === reason,
 *   }
 * })
 * ```
 */
export function describeAutoRefresh(
  name: string,
  createClient: CreateContractClient,
  {
    streams = true,
    forms = true,
    seesRedirects = true,
    keepsOrder = true,
    ...place
  }: ContractTraits = {},
): void {
  const { createSource = createHandTurnedSource } = place

  describe(`withAutoRefresh for ${name}`, () => {
    let stage: ContractStage

    beforeEach(async () => {
      const [open, foreign] = await Promise.all([openStage(place), openForeign(place)])
      const client = createClient(open.source)
      stage = { ...open, foreign, client, createClient, createSource }
    })

    itRefreshesOnce(() => stage, keepsOrder)
    itCarriesTheSameBytes(() => stage, forms)
    if (streams) itNeverReplaysAStream(() => stage)
    itBelongsToOneSession(() => stage)
    itAsksForAStepUp(() => stage)
    itKeepsToItsOrigins(() => stage, seesRedirects)
    // A page of another origin may not call the bar, and a test's document is of another origin.
    const isHere = place.createSource === undefined && typeof document === 'undefined'
    if (isHere) itWorksWithARealSession(createClient)
  })
}

async function openForeign({ isSecure = false }: StageOptions): Promise<RecordingServer> {
  const foreign = await startRecordingServer({ isSecure })
  onTestFinished(() => foreign.close())
  return foreign
}
