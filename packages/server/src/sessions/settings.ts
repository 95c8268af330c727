import type { Clock } from '../clock.ts'
import type { Database } from '../database/open-database.ts'
import type { KeptAddress } from '../events/kept-address.ts'
import type { Clients } from './client-policy.ts'

/** What every operation on sessions needs to know. */
export interface SessionSettings {
  readonly database: Database
  readonly clock: Clock
  readonly tenantId: string
  readonly clients: Clients
  /** Milliseconds in which an old refresh token is answered with the same successor. */
  readonly grace: number
  /** Most live sessions of one user. */
  readonly maxSessions: number
  /** What happens to a sign-in beyond that: the session unused for longest makes room, or it is refused. */
  readonly whenFull: 'evict-oldest' | 'refuse'
  readonly addresses: KeptAddress
}
