/**
 * Tells a database that cannot answer now from a query that is wrong. The first is answered with
 * 503, which keeps every client signed in; the second is a defect and answered with 500.
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error instanceof AggregateError) return error.errors.some(isDatabaseUnavailable)
  // node-postgres gives no code for a pool that timed out or a connection that was cut.
  if (messages.test(error.message)) return true
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return (
    /^(ECONN|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH)/.test(code) ||
    // PostgreSQL classes: connection, rolled back (a deadlock), resources, cancelled statement or shutting
    // down; and a read-only replica.
    /^(08|40|53|57)...$/.test(code) ||
    code === '25006' ||
    /^SQLITE_(BUSY|LOCKED|FULL|IOERR|CANTOPEN)/.test(code)
  )
}

/** The last two: a connection was cut within a transaction, and cannot be told to roll back. */
const messages =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error|Client was closed)/
