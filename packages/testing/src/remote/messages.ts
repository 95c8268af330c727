import type { ContractAnswer, ContractRequest } from '../auto-refresh-contract.ts'
import type { HandTurnedSource } from '../hand-turned-source.ts'
import type { WireBody } from './wire-body.ts'

/**
 * What the test tells the browser to do. All of it is done in the order in which it is told, and what is
 * told in one tick is done in one task.
 */
export type Order =
  | { do: 'open-source'; source: number; accessToken: string | null; origins: readonly string[] }
  | { do: 'turn'; source: number; how: Turn; accessToken: string }
  | { do: 'open-client'; client: number; kind: string; source: number | null; judges: boolean }
  | { do: 'send'; id: number; client: number; url: string; request: RemoteRequest }
  | { do: 'abort'; id: number }
  | { do: 'judge'; id: number; verdict: boolean }

/** What the browser tells the test. */
export type Report =
  | { is: 'ready' }
  | { is: 'turned'; source: number; state: SourceState }
  | { is: 'answer'; id: number; answer: ContractAnswer }
  | { is: 'failure'; id: number; failure: RemoteFailure }
  | { is: 'question'; id: number; client: number; answer: ContractAnswer }
  | { is: 'trouble'; message: string }

/** The hands of a session: what takes no argument, or a token. */
export type Turn = {
  [K in keyof HandTurnedSource]: HandTurnedSource[K] extends (accessToken: string) => void
    ? K
    : never
}[Exclude<keyof HandTurnedSource, 'allows' | 'held'>]

/** What a test may see of a session. */
export type SourceState = Pick<HandTurnedSource, 'refreshes' | 'waiting' | 'questions'>

export interface RemoteRequest extends Omit<ContractRequest, 'body' | 'signal'> {
  readonly body: WireBody | null
  readonly signal: 'none' | 'live' | 'aborted'
}

export interface RemoteFailure {
  /** The same number for the same object. */
  readonly identity: number
  readonly name: string
  readonly message: string
  readonly code: unknown
  readonly retryable: unknown
  /** Whether the client's `isAborted` recognised it, with the very reason in its hand. */
  readonly isAborted: boolean
}
