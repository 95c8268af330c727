import { StartupError } from '../startup-error.ts'

/**
 * Runs the start of a program: a start that cannot work is told in its one sentence, and what has
 * started is ended by the first SIGINT, SIGTERM or SIGHUP. Later ones change nothing: Ctrl-C reaches a
 * whole family of processes, and parents pass it on.
 *
 * @param start Resolves with the function that ends everything.
 */
export async function run(start: () => Promise<() => Promise<void>>): Promise<void> {
  const signal = nextSignal()
  try {
    const stop = await start()
    await signal
    await stop()
  } catch (error) {
    if (error instanceof StartupError) console.error(error.message)
    else console.error(error)
    process.exitCode = 1
  }
  // What is still open (an interrupted start, for instance) must not keep the process.
  process.exit()
}

const nextSignal = (): Promise<void> =>
  new Promise(resolve => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => resolve())
  })
