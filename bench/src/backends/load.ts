import { openConnection } from './connection.ts'

/** A request, and what becomes of its answer. */
export interface Exchange {
  readonly request: string
  readonly onAnswer?: (body: string) => void
}

/** What came out of some seconds. */
export interface Load {
  readonly perSecond: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
  readonly answered: number
}

/**
 * Asks over so many connections for so long, each with one request at a time, as fast as the answers come.
 * @throws {Error} for an answer that is not a 200: figures of refusals are worth nothing.
 */
export async function load(
  port: number,
  { connections, seconds }: { connections: number; seconds: number },
  next: () => Exchange,
): Promise<Load> {
  const open = await Promise.all(Array.from({ length: connections }, () => openConnection(port)))
  const waits: number[] = []
  const start = performance.now()
  const end = start + seconds * 1000
  try {
    await Promise.all(
      open.map(async connection => {
        for (let at = performance.now(); at < end; ) {
          const { request, onAnswer } = next()
          const { status, body } = await connection.ask(request)
          if (status !== 200) throw new Error(`${status} instead of 200: ${body.slice(0, 300)}`)
          onAnswer?.(body)
          const now = performance.now()
          waits.push(now - at)
          at = now
        }
      }),
    )
  } finally {
    for (const connection of open) connection.close()
  }
  const passed = (performance.now() - start) / 1000
  waits.sort((a, b) => a - b)
  const share = (part: number) => waits[Math.floor((waits.length - 1) * part)] ?? Number.NaN
  return {
    perSecond: waits.length / passed,
    p50: share(0.5),
    p99: share(0.99),
    answered: waits.length,
  }
}
