import { summarize } from '../report/statistics.ts'
import {
  BEARER,
  BETTER_AUTH,
  COOKIE,
  EXPRESS,
  OIDC,
  OIDC_JWT,
  OIDC_POSTGRES,
  OURS,
  REFRESH,
  VERIFY,
} from './catalogue.ts'
import { type Running, startSubject } from './child.ts'
import { createTemporaryDatabase } from './database.ts'
import { type Goal, type ServerResult, toRow } from './results.ts'
import {
  type Contender,
  cycling,
  type Round,
  rotating,
  type TurnOptions,
  takeTurns,
} from './turns.ts'

/** Sessions in everybody's table, and how many of them send requests. */
const sessions = 20_000
const active = 1_000

/** Sessions that are refreshed in turns, others in each round: of one, ours takes no more than 30 a minute. */
const rotated = 400

type Measured = Pick<ServerResult, 'verify' | 'refresh' | 'leftOut' | 'goals'>

/** Ours and the others on one PostgreSQL, in turns: first proving who asks, then refreshing. */
export async function measureSideBySide(options: TurnOptions): Promise<Measured> {
  await using stack = new AsyncDisposableStack()
  const running = new Map<string, Running>()
  const leftOut: { name: string; why: string }[] = []
  for (const subject of new Set([...VERIFY, ...REFRESH].map(peer => peer.subject))) {
    options.say(`starting ${subject}`)
    const database = stack.use(await createTemporaryDatabase())
    try {
      const started = await startSubject(subject, {
        databaseUrl: database.url,
        sessions,
        lastSeen: 'noted',
      })
      running.set(subject, stack.use(started))
    } catch (error) {
      const [why = ''] = String(error).split('\n')
      leftOut.push({ name: subject, why })
    }
  }

  const verify = await takeTurns(await Promise.all(present(VERIFY).map(verifyContender)), {
    ...options,
    say: text => options.say(`who asks: ${text}`),
  })
  const refresh = await takeTurns(present(REFRESH).map(refreshContender), {
    ...options,
    say: text => options.say(`refresh: ${text}`),
  })
  return {
    leftOut,
    verify: present(VERIFY).map(({ name, isOurs }) => toRow(name, isOurs, verify.get(name) ?? [])),
    refresh: present(REFRESH).map(({ name, isOurs }) =>
      toRow(name, isOurs, refresh.get(name) ?? []),
    ),
    goals: [
      ...atLeast(4, verify, COOKIE, EXPRESS),
      ...atLeast(6, verify, COOKIE, BETTER_AUTH),
      ...atLeast(2, verify, BEARER, EXPRESS),
      ...atLeast(4, verify, BEARER, BETTER_AUTH),
      ...atLeast(1, refresh, OURS, OIDC),
      ...atLeast(1, refresh, OURS, OIDC_JWT),
      ...atLeast(1, refresh, OURS, OIDC_POSTGRES),
    ],
  }

  function present<Peer extends { subject: string; isOurs?: true }>(peers: readonly Peer[]) {
    return peers.flatMap(peer => {
      const its = running.get(peer.subject)
      return its ? [{ ...peer, isOurs: peer.isOurs ?? false, running: its }] : []
    })
  }
}

async function verifyContender({
  name,
  kind,
  running,
}: {
  name: string
  kind: string
  running: Running
}): Promise<Contender> {
  const next = cycling(await running.requests(kind, active))
  return { name, running, begin: async () => next }
}

const refreshContender = ({
  name,
  kind,
  ask,
  running,
}: {
  name: string
  kind: string
  ask(refreshToken: string): string
  running: Running
}): Contender => ({
  name,
  running,
  begin: async () => rotating(await running.refreshTokens(kind, rotated), ask),
})

/** Compares within the rounds what is answered in a second; nothing where one was not measured. */
function atLeast(
  ratio: number,
  measured: ReadonlyMap<string, readonly Round[]>,
  ours: string,
  other: string,
): readonly Goal[] {
  const others = measured.get(other)
  if (!others) return []
  const ratios = (measured.get(ours) ?? []).map(
    ({ perSecond }, round) => perSecond / (others[round]?.perSecond ?? Number.NaN),
  )
  return [
    {
      name: `${ours}: as many a second as ${other}`,
      ratio: summarize(ratios),
      wanted: { is: 'at least', ratio },
    },
  ]
}
