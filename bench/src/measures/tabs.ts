import { type Documents, openTab, type Profile } from '../hosts/chromium-host.ts'
import { CATALOGUE, type Listed } from '../peers/catalogue.ts'
import type { TabsOutcome, TabsRow } from '../report/rows.ts'
import { inTurns } from '../report/statistics.ts'
import { startRotatingServer } from '../server/rotating-server.ts'

export const TABS = [2, 5, 10] as const

export const REQUESTS_PER_TAB = 20

/** Each peer with each number of tabs, round by round. */
export async function measureTabs(
  profile: Profile,
  documents: Documents,
  rounds: number,
  say: (text: string) => void,
): Promise<readonly TabsRow[]> {
  const peers = CATALOGUE.filter(({ neverRefreshes }) => neverRefreshes === undefined)
  const rows = TABS.flatMap(tabs =>
    peers.map(listed => ({ listed, tabs, rounds: [] as TabsOutcome[] })),
  )
  for (let round = 0; round < rounds; round++) {
    for (const { listed, tabs, rounds: outcomes } of inTurns(rows, round)) {
      say(`${tabs} tabs, ${listed.name}, round ${round + 1} of ${rounds}`)
      outcomes.push(await wakeTabs(profile, listed, tabs, documents))
    }
  }
  return rows.map(({ listed, ...row }) => ({
    name: listed.name,
    isOurs: listed.isOurs ?? false,
    ...row,
  }))
}

/** Opens so many tabs of one profile and lets them wake together, against a server that forgives nothing. */
async function wakeTabs(
  profile: Profile,
  listed: Listed,
  tabs: number,
  documents: Documents,
): Promise<TabsOutcome> {
  await using server = await startRotatingServer({ grace: 0, documents })
  const { origin, tokens } = server
  await using stack = new AsyncDisposableStack()
  const opened = await Promise.all(
    Array.from({ length: tabs }, () => openTab(profile, listed, origin)),
  )
  for (const tab of opened) stack.use(tab)

  await opened[0]?.call('seed', tokens, origin)
  const at = Date.now() + 300
  const woken = await Promise.all(
    opened.map(tab => tab.call('wakeUp', origin, REQUESTS_PER_TAB, at)),
  )
  const refreshes = server.refreshes()
  await new Promise(done => setTimeout(done, 2_000))
  const signedIn = await Promise.all(opened.map(tab => tab.call('isSignedIn')))
  return {
    refreshes,
    requestsFailed: sumOf(woken.map(({ failed }) => failed)),
    requestsHanging: sumOf(woken.map(({ hanging }) => hanging)),
    loggedOut: signedIn.filter(is => !is).length,
  }
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0)
}
