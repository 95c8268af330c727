import { inTurns } from '../report/statistics.ts'
import type { Running } from './child.ts'
import { type Exchange, type Load, load } from './load.ts'

/** Somebody who takes part in a measurement. */
export interface Contender {
  readonly name: string
  readonly running: Running
  /** Gets ready for one round, and returns what is asked in it. */
  begin(): Promise<() => Exchange>
}

export interface Round extends Load {
  /** Microseconds of processor time that the server's process has used per request. */
  readonly cpu: number
}

export interface TurnOptions {
  readonly rounds: number
  readonly connections: number
  /** Of each in each round. */
  readonly seconds: number
  say(text: string): void
}

/** How much longer the first round is, which does not count. */
const warmUp = 2

/** Lets everybody run alone, one after the other, in each round in another order. One round warms up. */
export async function takeTurns(
  contenders: readonly Contender[],
  { rounds, connections, seconds, say }: TurnOptions,
): Promise<ReadonlyMap<string, readonly Round[]>> {
  const measured = new Map(contenders.map(({ name }) => [name, [] as Round[]]))
  for (let round = -1; round < rounds; round++) {
    say(round < 0 ? 'warming up' : `round ${round + 1} of ${rounds}`)
    for (const { name, running, begin } of inTurns(contenders, Math.max(0, round))) {
      const next = await begin()
      const before = await running.cpu()
      const time = round < 0 ? warmUp * seconds : seconds
      const one = await load(running.port, { connections, seconds: time }, next)
      const cpu = ((await running.cpu()) - before) / one.answered
      if (round >= 0) measured.get(name)?.push({ ...one, cpu })
    }
  }
  return measured
}

/** The same requests over and over. */
export function cycling(requests: readonly string[]): () => Exchange {
  let index = 0
  return () => {
    const request = requests[index++ % requests.length]
    if (request === undefined) throw new Error('There is nothing to ask')
    return { request }
  }
}

/** Refreshes that go on from each other: the token of an answer is asked with when its turn comes again. */
export function rotating(
  tokens: readonly string[],
  ask: (refreshToken: string) => string,
): () => Exchange {
  const queue = [...tokens]
  return () => {
    const token = queue.shift()
    if (token === undefined) throw new Error('All refresh tokens are under way')
    return { request: ask(token), onAnswer: body => queue.push(refreshTokenIn(body)) }
  }
}

function refreshTokenIn(body: string): string {
  const [, token] = /"refresh_token":"([^"]+)"/.exec(body) ?? []
  if (token === undefined) throw new Error(`No refresh token: ${body.slice(0, 300)}`)
  return token
}
