import { note } from './log.ts'
import { readMenu, session } from './session.ts'
import { killServer, loseNextAnswer, readStage, type Stage, setPace } from './stage.ts'

/** Seconds after which a repeated refresh is no longer forgiven while tokens live ten seconds, and one more. */
const GRACE = 13

/** Something to click and to watch. `tell` shows what happens; what is returned is what one has seen. */
export interface Demonstration {
  readonly name: string
  readonly promise: string
  readonly action: string
  run(tell: (words: string) => void): Promise<string>
}

export const demonstrations: readonly Demonstration[] = [
  {
    name: 'Tokens of ten seconds',
    promise:
      'They live half an hour. Let them live ten seconds, and watch them being renewed ahead of time.',
    action: 'Shorten their lives',
    async run(tell) {
      tell('The server opens again with another setting …')
      await quicken()
      const from = countRefreshes(await stageNow())
      const asked = await askFor(25_000, (good, all) => tell(`${good} of ${all} requests answered`))
      const refreshes = countRefreshes(await stageNow()) - from
      return `${asked.good} of ${asked.all} requests were answered, over ${refreshes} refreshes. Nobody noticed.`
    },
  },
  {
    name: 'Kill the server',
    promise: 'It is gone for six seconds, in the middle of what everybody does.',
    action: 'Pull the plug',
    async run(tell) {
      await quicken()
      tell('The server is gone …')
      await killServer()
      const asked = await askFor(9_000, (good, all) => tell(`${good} of ${all} requests answered`))
      await stageNow()
      await readMenu()
      const { status } = session.getState()
      return `${asked.all - asked.good} requests failed meanwhile. The session is ${status}: a server that is down signs nobody out.`
    },
  },
  {
    name: 'Two tabs',
    promise: 'Both find the token over at the same moment, and ask twenty times each.',
    action: 'Open the other tab',
    async run(tell) {
      await quicken()
      await session.refresh()
      if (!window.open('/?second', '_blank', 'popup')) {
        return 'The browser kept the other tab shut: allow this page to open one, and try again.'
      }
      const channel = new BroadcastChannel('tour')
      try {
        await hear(channel, 'ready')
        const state = session.getState()
        const over = state.status === 'authenticated' ? (state.expiresAt ?? 0) : 0
        tell('Both wait until the token is over …')
        const from = countRefreshes(await stageNow())
        channel.postMessage({ fireAt: over })
        const [mine, others] = await Promise.all([fire(over), hear(channel, 'answered')])
        const refreshes = countRefreshes(await stageNow()) - from
        return `${mine + others} of 40 requests were answered, with ${refreshes === 1 ? 'one refresh' : `${refreshes} refreshes`}.`
      } finally {
        channel.close()
      }
    },
  },
  {
    name: 'A lost answer',
    promise:
      'The server has renewed the tokens, and the answer never arrives: a tunnel, a reload, a lid.',
    action: 'Lose the next answer',
    async run(tell) {
      await loseNextAnswer()
      tell('The next answer to a refresh is cut off …')
      await session.refresh()
      const kept = await readMenu()
      return kept
        ? 'The page asked once more, and got the very same tokens. Without that, it would be signed out now.'
        : 'The session did not survive; it should have.'
    },
  },
  {
    name: 'Theft',
    promise: 'Somebody copies the refresh token out of this browser, and uses it later.',
    action: 'Be the thief',
    async run(tell) {
      await quicken()
      await session.refresh()
      const stolen = localStorage.getItem('refresh_token')
      note('page', 'the thief has a copy of the refresh token')
      // The rightful owner goes on with the next one, so that the copy is used up.
      await session.refresh()
      await readMenu()
      for (let seconds = GRACE; seconds > 0; seconds--) {
        tell(`The thief waits until it is no mere repetition any more: ${seconds} s …`)
        await pause(1000)
      }
      const { status } = await fetch('/api/auth/refresh', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-Session-Client': 'customer' },
        body: JSON.stringify({ refresh_token: stolen }),
      })
      note('page', `the thief’s refresh was answered with ${status}`)
      await readMenu()
      const state = session.getState()
      return state.status === 'unauthenticated'
        ? 'The copy was recognised. The thief got nothing, and the session is over for both: nobody can go on with what was stolen.'
        : 'The copy was not recognised; it should have been.'
    },
  },
]

/** Makes the other tab of the demonstration of two: it asks when it is told to. Returns the end of it. */
export function beSecondTab(tell: (words: string) => void): () => void {
  const channel = new BroadcastChannel('tour')
  channel.onmessage = async ({ data }) => {
    if (typeof data?.fireAt !== 'number') return
    tell('Waiting until the token is over …')
    const answered = await fire(data.fireAt)
    tell(`${answered} of 20 requests were answered. This tab can be closed.`)
    channel.postMessage({ answered })
  }
  channel.postMessage({ ready: 1 })
  return () => channel.close()
}

async function quicken(): Promise<void> {
  await setPace(true)
  await until(async () => (await stageNow()).quick)
  await session.refresh()
}

async function fire(at: number): Promise<number> {
  await pause(at - Date.now() + 300)
  const answers = await Promise.all(Array.from({ length: 20 }, readMenu))
  return answers.filter(Boolean).length
}

/** Asks for the menu twice a second for a while, as an app does that is in use. */
async function askFor(duration: number, tell: (good: number, all: number) => void) {
  const end = Date.now() + duration
  let [good, all] = [0, 0]
  const asking: Promise<void>[] = []
  while (Date.now() < end) {
    all++
    asking.push(
      readMenu().then(isGood => {
        if (isGood) good++
        tell(good, all)
      }),
    )
    await pause(500)
  }
  await Promise.all(asking)
  return { good, all }
}

/** Waits for the server, if need be. */
async function stageNow(): Promise<Stage> {
  for (;;) {
    const stage = await readStage()
    if (typeof stage === 'object') return stage
    await pause(200)
  }
}

const countRefreshes = ({ events }: Stage): number =>
  events.filter(({ kind }) => kind === 'refreshed').length

async function hear(channel: BroadcastChannel, what: 'ready' | 'answered'): Promise<number> {
  return new Promise(done => {
    channel.addEventListener('message', ({ data }) => {
      if (typeof data?.[what] === 'number') done(data[what])
    })
  })
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await pause(200)
}

const pause = (milliseconds: number) => new Promise<void>(done => setTimeout(done, milliseconds))
