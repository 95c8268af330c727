/** The least that is written; `off` for nothing. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'off'

export const logLevels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'off']

/** Where the server writes what it does: a logger of pino has this shape, and most others do. */
export type Logger = Readonly<
  Record<
    Exclude<LogLevel, 'off'>,
    (fields: Readonly<Record<string, unknown>>, message: string) => void
  >
>

/** Writes what somebody should look at to the console: for a server that is given no logger. */
export const consoleLogger: Logger = {
  debug() {},
  info() {},
  warn: (fields, message) => console.warn(message, fields),
  error: (fields, message) => console.error(message, fields),
}

/**
 * Returns what is written down of an error. Only these members are: a database adds others, and there
 * are values among them.
 */
export function describeError(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { message: withoutTokens(String(error)) }
  const { name, message, stack } = error
  return {
    name,
    message: withoutTokens(message),
    ...('code' in error && { code: error.code }),
    ...(stack !== undefined && { stack: withoutTokens(stack) }),
    ...(error.cause !== undefined && { cause: describeError(error.cause) }),
  }
}

/** Whatever looks like one of our tokens is none of a log's business, wherever it comes from. */
const withoutTokens = (text: string): string =>
  text.replace(/srt1_[\w-]+|eyJ[\w-]+\.[\w-]+\.[\w-]*/g, '[token]')
