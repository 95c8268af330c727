import type { Host } from '../hosts/host.ts'
import { startNode } from '../hosts/node-host.ts'
import { CATALOGUE } from '../peers/catalogue.ts'
import type { WaitingRow } from '../report/rows.ts'
import { inTurns, summarize } from '../report/statistics.ts'
import { startRotatingServer } from '../server/rotating-server.ts'

export const AT_ONCE = [1, 10, 100, 1_000, 10_000] as const

interface Round {
  readonly floor: number
  readonly peer: number
  readonly refreshes: number
  readonly failed: number
}

const GRACE = 30_000

/** A peer that takes longer than this is not asked to repeat it. Milliseconds. */
const TOO_LONG = 5_000

/** So many requests at once meet a token that is over. In Node, over both transports. */
export async function measureWaiting(
  rounds: number,
  say: (text: string) => void,
): Promise<readonly WaitingRow[]> {
  const peers = CATALOGUE.filter(({ neverRefreshes }) => neverRefreshes === undefined)
  await using stack = new AsyncDisposableStack()
  const subjects = await Promise.all(
    peers.map(async listed => ({ listed, host: stack.use(await startNode(listed)) })),
  )
  const rows: WaitingRow[] = []
  for (const over of ['stub', 'http'] as const) {
    const measure = over === 'stub' ? throughStub : throughHttp
    for (const requests of AT_ONCE) {
      const measured = new Map(subjects.map(({ host }) => [host, [] as Round[]]))
      for (let round = -1; round < rounds; round++) {
        say(
          `${over}: ${requests} at once, ${round < 0 ? 'warming up' : `round ${round + 1} of ${rounds}`}`,
        )
        for (const { host } of inTurns(subjects, Math.max(0, round))) {
          const before = measured.get(host) ?? []
          if (before.some(({ peer }) => peer > TOO_LONG)) continue
          const one = await measure(host, requests, round % 2 === 0)
          if (round >= 0 || one.peer > TOO_LONG) before.push(one)
        }
      }
      for (const { listed, host } of subjects) {
        const all = measured.get(host) ?? []
        rows.push({
          name: listed.name,
          transport: listed.transport,
          isOurs: listed.isOurs ?? false,
          over,
          requests,
          floor: summarize(all.map(({ floor }) => floor)),
          peer: summarize(all.map(({ peer }) => peer)),
          ratio: summarize(all.map(({ floor, peer }) => peer / floor)),
          refreshes: Math.max(...all.map(({ refreshes }) => refreshes)),
          failed: Math.max(...all.map(({ failed }) => failed)),
        })
      }
    }
  }
  return rows
}

function throughStub(host: Host, requests: number): Promise<Round> {
  return host.call('waiting', requests)
}

async function throughHttp(host: Host, requests: number, isFloorFirst: boolean): Promise<Round> {
  await using server = await startRotatingServer({ grace: GRACE })
  await using other = await startRotatingServer({ grace: GRACE })
  const floorOf = () => host.call('floorOverHttp', requests, other.origin, other.tokens)
  // Whoever comes second finds a warmer process: now this one, now that one.
  const before = isFloorFirst ? await floorOf() : null
  const timed = await host.call('waitingOverHttp', requests, server.origin, server.tokens)
  return { ...timed, refreshes: server.refreshes(), floor: before ?? (await floorOf()) }
}
