import { openBrowser, openTab, subjectDocuments } from '../hosts/chromium-host.ts'
import type { Host } from '../hosts/host.ts'
import { startNode } from '../hosts/node-host.ts'
import { CATALOGUE, type Listed } from '../peers/catalogue.ts'
import type { AddedRow } from '../report/rows.ts'
import { inTurns, summarize } from '../report/statistics.ts'
import { startRotatingServer } from '../server/rotating-server.ts'
import type { Turn } from '../subject/subject.ts'

/** About as long for both: axios alone takes a hundred times what a fetch without a network takes. */
const BATCHES = {
  fetch: { requests: 1_000, turns: 9 },
  axios: { requests: 200, turns: 25 },
} as const

/** Batches before anything is counted: after them the machine code is what it stays. */
const WARM_UP = 4

/** Time that each peer adds to a request with a good token, round by round and one after the other. */
export async function measureAdded(
  rounds: number,
  say: (text: string) => void,
): Promise<readonly AddedRow[]> {
  await using stack = new AsyncDisposableStack()
  const inNode = await Promise.all(
    CATALOGUE.map(async listed => ({ listed, host: stack.use(await startNode(listed)) })),
  )
  const rows = await measureIn('Node', inNode, rounds, say)

  const profile = stack.use(await openBrowser())
  const documents = await subjectDocuments()
  const inChromium: { listed: Listed; host: Host }[] = []
  for (const listed of CATALOGUE) {
    // An origin for each, or they would share one storage.
    const { origin } = stack.use(await startRotatingServer({ documents }))
    inChromium.push({ listed, host: stack.use(await openTab(profile, listed, origin)) })
  }
  return [...rows, ...(await measureIn('Chromium', inChromium, rounds, say))]
}

async function measureIn(
  where: AddedRow['where'],
  subjects: readonly { listed: Listed; host: Host }[],
  rounds: number,
  say: (text: string) => void,
): Promise<readonly AddedRow[]> {
  for (const { listed, host } of subjects) {
    say(`${where}: warming up ${listed.name}`)
    await host.call('prepareAdded')
    const { requests, turns } = BATCHES[listed.transport]
    await host.call('added', requests, turns * WARM_UP)
  }
  const measured = new Map(subjects.map(({ host }) => [host, [] as Turn[]]))
  for (let round = 0; round < rounds; round++) {
    say(`${where}: time added, round ${round + 1} of ${rounds}`)
    for (const { listed, host } of inTurns(subjects, round)) {
      const { requests, turns } = BATCHES[listed.transport]
      const measuredNow = await host.call('added', requests, turns)
      measured.get(host)?.push({
        floor: summarize(measuredNow.map(({ floor }) => floor)).median,
        added: summarize(measuredNow.map(({ added }) => added)).median,
      })
    }
  }
  return Promise.all(
    subjects.map(async ({ listed: { name, transport, isOurs = false }, host }) => ({
      name,
      transport,
      isOurs,
      where,
      floor: summarize((measured.get(host) ?? []).map(({ floor }) => floor)),
      added: summarize((measured.get(host) ?? []).map(({ added }) => added)),
      storageReads: await host.call('storageReads'),
    })),
  )
}
