import { type Documents, openTab, type Profile } from '../hosts/chromium-host.ts'
import { CATALOGUE, type Listed } from '../peers/catalogue.ts'
import type { FaultsRow, Outage, OutageOutcome } from '../report/rows.ts'
import { startRotatingServer } from '../server/rotating-server.ts'

export const REQUESTS = 20

/** Peers that are put through it together: most of the time they wait. */
const AT_A_TIME = 3

/** The grace that makes a lost answer survivable: Okta and this project's server give 30 s, others 10 to 60. */
const GRACE = 30_000

/** Each peer with each fault, several at a time: each has a server, a tab and an origin of its own. */
export async function measureFaults(
  profile: Profile,
  documents: Documents,
  say: (text: string) => void,
): Promise<readonly FaultsRow[]> {
  const peers = CATALOGUE.filter(({ neverRefreshes }) => neverRefreshes === undefined)
  const rows: FaultsRow[] = []
  for (let first = 0; first < peers.length; first += AT_A_TIME) {
    const next = peers.slice(first, first + AT_A_TIME)
    say(`faults, ${next.map(({ name }) => name).join(', ')}`)
    rows.push(
      ...(await Promise.all(next.map(listed => measureFaultsOf(profile, listed, documents)))),
    )
  }
  return rows
}

async function measureFaultsOf(
  profile: Profile,
  listed: Listed,
  documents: Documents,
): Promise<FaultsRow> {
  const outage = (fault: Outage) => measureOutage(profile, listed, fault, documents)
  const [refused, unavailable, dropped, answerLost, cameBack] = await Promise.all([
    outage('refused'),
    outage('unavailable'),
    outage('dropped'),
    outage('answer-lost'),
    measureSignOut(profile, listed, documents),
  ])
  return {
    name: listed.name,
    isOurs: listed.isOurs ?? false,
    outages: { refused, unavailable, dropped, 'answer-lost': answerLost },
    cameBack,
  }
}

/** Twenty requests meet a token that is over, and a server with a fault. */
async function measureOutage(
  profile: Profile,
  listed: Listed,
  fault: Outage,
  documents: Documents,
): Promise<OutageOutcome> {
  await using server = await startRotatingServer({ fault, grace: GRACE, documents })
  const { origin, tokens } = server
  await using tab = await openTab(profile, listed, origin)
  await tab.call('seed', tokens, origin)
  const { failed, hanging } = await tab.call('wakeUp', origin, REQUESTS, Date.now())
  const met = {
    refreshes: server.refreshes(),
    requestsFailed: failed,
    requestsHanging: hanging,
  }

  for (const end = Date.now() + 10_000; Date.now() < end; await pause(500)) {
    if (await tab.call('isSignedIn')) return { ...met, signedIn: 'yes' }
  }
  await tab.reload()
  await tab.call('wakeUp', origin, 1, Date.now())
  const isBack = await tab.call('isSignedIn')
  return { ...met, signedIn: isBack ? 'after a reload' : 'no' }
}

/** Somebody signs out while a refresh is under way. */
async function measureSignOut(
  profile: Profile,
  listed: Listed,
  documents: Documents,
): Promise<boolean> {
  await using server = await startRotatingServer({ fault: 'slow', grace: GRACE, documents })
  const { origin, tokens } = server
  await using tab = await openTab(profile, listed, origin)
  await tab.call('seed', tokens, origin)
  const waking = tab.call('wakeUp', origin, REQUESTS, Date.now())
  for (const end = Date.now() + 5_000; server.refreshes() === 0; await pause(10))
    if (Date.now() > end) throw new Error(`${listed.name} asked for no refresh.`)
  await tab.call('signOut')
  await waking
  await pause(1_000)
  const stored = await tab.call('stored')
  return server.hasNewerTokenIn(stored) || (await tab.call('isSignedIn'))
}

function pause(ms: number): Promise<void> {
  return new Promise(done => setTimeout(done, ms))
}
