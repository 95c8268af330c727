import { browserWorld } from '../platform/browser-world.ts'
import { assembleSession } from './assemble-session.ts'
import type { SessionOptions } from './options.ts'
import type { Session } from './session.ts'

/**
 * Returns the session of one app. Creating it does nothing: it reads storage and starts to listen on
 * first use (`getState` in a browser, `subscribe`, a request), and on a server it stays asleep unless it
 * is given a `storage` of its own.
 *
 * Throws a `TypeError` for a mistake in the options.
 *
 * @example
 * ```ts
 * const session = createSession({ app: 'admin', authUrl: '/api/auth' })
 * session.subscribe(state => console.log(state.status))
 * ```
 */
export function createSession<User = unknown>(options: SessionOptions<User>): Session<User> {
  return assembleSession(options, browserWorld(options?.storage))
}
