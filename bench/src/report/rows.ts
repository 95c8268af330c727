import type { Transport } from '../peers/catalogue.ts'
import type { Summary } from './statistics.ts'

export interface SizeRow {
  readonly name: string
  readonly isOurs: boolean
  /** Bytes. */
  readonly minified: number
  readonly gzip: number
  readonly brotli: number
}

export interface AddedRow {
  readonly name: string
  readonly transport: Transport
  readonly isOurs: boolean
  readonly where: 'Node' | 'Chromium'
  /** Microseconds that a request takes with the bare transport and a constant header. */
  readonly floor: Summary
  /** Microseconds that the peer adds to it. */
  readonly added: Summary
  readonly storageReads: number
}

export interface WaitingRow {
  readonly name: string
  readonly transport: Transport
  readonly isOurs: boolean
  /** A transport inside the process, or a server behind a real port. */
  readonly over: 'stub' | 'http'
  readonly requests: number
  /** Milliseconds of a refresh followed by the same requests, without the peer. */
  readonly floor: Summary
  /** Milliseconds with the peer. */
  readonly peer: Summary
  /** The one divided by the other, within each round. */
  readonly ratio: Summary
  /** The most refresh calls and failed requests of a round. */
  readonly refreshes: number
  readonly failed: number
}

/** What became of some tabs that met a token that is over at the same moment. */
export interface TabsOutcome {
  readonly refreshes: number
  readonly requestsFailed: number
  /** Those of them that were never answered at all. */
  readonly requestsHanging: number
  /** Tabs whose next request, two seconds later, was not answered with a 200. */
  readonly loggedOut: number
}

export interface TabsRow {
  readonly name: string
  readonly isOurs: boolean
  readonly tabs: number
  /** One after the other, as they came: races end now this way, now that. */
  readonly rounds: readonly TabsOutcome[]
}

/** Faults in which the question is who is still signed in when it is over. */
export type Outage = 'refused' | 'unavailable' | 'dropped' | 'answer-lost'

export interface OutageOutcome {
  /** Refresh calls until the requests were settled. */
  readonly refreshes: number
  readonly requestsFailed: number
  /** Those of them that were not answered within ten seconds. */
  readonly requestsHanging: number
  /** Whether the session was there again within ten seconds: by itself, after a reload, or not at all. */
  readonly signedIn: 'yes' | 'after a reload' | 'no'
}

export interface FaultsRow {
  readonly name: string
  readonly isOurs: boolean
  readonly outages: Readonly<Record<Outage, OutageOutcome>>
  /** Whether somebody who signed out while a refresh was under way was signed in again. */
  readonly cameBack: boolean
}
