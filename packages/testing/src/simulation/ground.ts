import { type ManualClock, manualClock } from '../manual-clock.ts'
import { type Random, seededRandom } from '../random.ts'
import { type RotatingServer, rotatingServer } from '../rotating-server.ts'
import { type Outage, type UnreliableNetwork, unreliableNetwork } from '../unreliable-network.ts'
import { type VirtualBrowser, virtualBrowser } from '../virtual-browser.ts'
import { createHistory, type History } from './history.ts'
import { createStory, type Story } from './story.ts'

/** What a simulation stands on: everything outside the sessions, and what is known about it. */
export interface Ground {
  readonly random: Random
  readonly clock: ManualClock
  readonly server: RotatingServer
  readonly network: UnreliableNetwork
  readonly browser: VirtualBrowser
  /** The browser's cookies, where the refresh token is one. */
  readonly cookies: Map<string, string> | null
  readonly weather: Weather
  readonly history: History
  readonly story: Story
}

/** What this seed is about: which faults may happen at all, and which do just now. */
export interface Weather {
  readonly webLocks: boolean
  /** A strict server never takes a token twice: then no answer may be lost or cut off. */
  readonly isStrict: boolean
  /**
   * Whether a page's storage may refuse even to be read for a while. Then its tokens may be spent by
   * others without its knowing: a few promises cannot be kept any more.
   */
  readonly isPoor: boolean
  /** Milliseconds after which every open tab has seen what another tab stored. */
  readonly news: number
  /** What the server answers to everything just now. */
  outage: Outage | null
}

/** Everything on it is decided by `seed`. */
export function createGround(
  seed: number,
  webLocks: boolean,
  transport: 'bearer' | 'split',
): Ground {
  const random = seededRandom(seed)
  const clock = manualClock()
  const isStrict = random.chance(0.4)
  // A lease in storage counts on less: it has no other way to know of its neighbours.
  const longestLag = webLocks ? 300 : 30
  const weather: Weather = {
    webLocks,
    isStrict,
    isPoor: !isStrict && random.chance(0.2),
    news: longestLag + 100,
    outage: null,
  }
  const server = rotatingServer({
    clock,
    grace: isStrict ? 0 : 30_000,
    lifetime: random.pick([20, 60, 600, 3600]) ?? 60,
  })
  const network = unreliableNetwork(server.endpoint, clock, random, {
    lossy: !isStrict,
    outage: () => weather.outage,
  })
  const browser = virtualBrowser(clock, {
    lag: lagOf(random, clock, longestLag),
    random: random.next,
    webLocks,
  })
  const story = createStory(clock)
  story.tell(`${isStrict ? 'a strict server' : 'a server with grace'}`)
  const history = createHistory(clock)
  const cookies = transport === 'split' ? new Map<string, string>() : null
  return { random, clock, server, network, browser, cookies, weather, history, story }
}

/**
 * How long the other tabs go on seeing what was stored before: mostly a few milliseconds, at times much
 * more. What is stored at one moment arrives nearly together, unless the machine is so busy that half of it
 * is seen for a while.
 */
function lagOf(random: Random, { now }: ManualClock, longest: number): () => number {
  let moment = 0
  let base = 0
  let spread = 8
  return () => {
    if (now() !== moment) {
      moment = now()
      base = random.chance(0.03) ? random.between(8, longest) : 0
      spread = base === 0 && random.chance(0.02) ? longest : 8
    }
    return base + random.between(0, spread)
  }
}
