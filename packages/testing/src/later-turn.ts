// Taken at import: fake timers of a test do not hold up what is no time. Browsers, and jsdom under Jest,
// have no setImmediate.
const { setImmediate: immediately, setTimeout: after } = globalThis as {
  readonly setImmediate?: (task: () => void) => unknown
  readonly setTimeout: (task: () => void) => unknown
}

/** Does something in a later turn of the event loop. */
export const inLaterTurn: (task: () => void) => void = immediately ?? (task => after(task))
