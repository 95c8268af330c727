import { isDatabaseUnavailable } from '../database/unavailable.ts'
import { consoleLogger, describeError } from '../observe/logger.ts'
import { currentScope, note } from '../observe/request-scope.ts'
import { InvalidCursor } from '../sessions/cursor.ts'
import { Problem } from './problem.ts'

/** Returns what a client is told of a failure; the log has its details, and the client has none. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (error instanceof InvalidCursor)
    return new Problem('invalid_request', { detail: error.message })
  note({ failure: error })
  if (isDatabaseUnavailable(error)) return new Problem('temporarily_unavailable')
  // Behind a route of somebody else's app there is no line of ours that could say it.
  if (!currentScope()) consoleLogger.error({ error: describeError(error) }, 'A request failed')
  return new Problem('internal_error')
}
