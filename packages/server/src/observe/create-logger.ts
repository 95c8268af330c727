import { pino } from 'pino'
import type { Logger, LogLevel } from './logger.ts'
import { currentScope } from './request-scope.ts'

/**
 * Returns a logger that writes a line of JSON for each entry, with the request that it is part of.
 *
 * @param write Takes a line, with its line break. @default the standard output
 * @example
 * import { createLogger } from '@tabkeeper/server/node'
 * const auth = await createAuthServer({ database, keys, logger: createLogger('info') })
 */
export function createLogger(level: LogLevel, write?: (line: string) => void): Logger {
  const options = {
    level: level === 'off' ? 'silent' : level,
    base: null,
    messageKey: 'message',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    mixin() {
      const scope = currentScope()
      return scope ? { request: scope.id } : {}
    },
  }
  return write ? pino(options, { write }) : pino(options)
}
