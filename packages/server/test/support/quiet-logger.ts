import type { Logger } from '../../src/index.ts'

const say = () => {}

/** Says nothing but errors: what is refused by the thousand is in the report. */
export const quietLogger: Logger = {
  debug: say,
  info: say,
  warn: say,
  error: console.error,
}
