import { isDatabaseUnavailable } from '../database/unavailable.ts'
import { InvalidCursor } from '../sessions/cursor.ts'
import { Problem } from './problem.ts'

/** Returns what a client is told of a failure; a defect is logged and told without its details. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (error instanceof InvalidCursor)
    return new Problem('invalid_request', { detail: error.message })
  if (isDatabaseUnavailable(error)) return new Problem('temporarily_unavailable')
  console.error(error)
  return new Problem('internal_error')
}
