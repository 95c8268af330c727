import {
  type AuthEndpoint,
  cookieEndpoint,
  type RefreshAnswer,
  type Session,
  type SessionOptions,
  type SignOutReason,
} from '@tabkeeper/core'
import { assembleSession, type Decide, transition, type World } from '@tabkeeper/core/world'
import { cookieFetch } from '../cookie-fetch.ts'
import type { VirtualTab } from '../virtual-browser.ts'
import type { Ground } from './ground.ts'

/** One tab, its session, and what became of the two. */
export interface Seat {
  readonly name: string
  readonly tab: VirtualTab
  readonly session: Session
  is: 'open' | 'frozen' | 'closed'
  /** Hidden or put aside: it is told nothing. */
  isAway: boolean
  /** Whether somebody signed in for this tab only. */
  isAlone: boolean
  /** Whether storage refused something here: then its session may be in memory only. */
  hadTrouble: boolean
}

/** What a session is made of; a simulation may change it before it is put together. */
export interface Assembly {
  readonly options: SessionOptions & Required<Pick<SessionOptions, 'endpoint' | 'storage'>>
  readonly world: World
  /** The machine: what a session does next. */
  readonly decide: Decide
}

/** What a seat tells those who watch over the promises. */
export interface SeatWatch {
  /** A refresh token goes out. */
  spends(seat: Seat, token: string): void
  /** Nobody waits any more for what comes back. */
  givesUp(seat: Seat, token: string): void
  /** What came back for it, if anything did. */
  isAnswered(seat: Seat, token: string, answer: RefreshAnswer): void
  /** A refresh got no verdict: for so many milliseconds the server is to be left alone. */
  pauses(seat: Seat, ms: number): void
  /** Another session than before is shown. */
  holds(seat: Seat, id: string): void
  /** `id` is the session that was shown last. */
  isSignedOut(seat: Seat, id: string | null, reason: SignOutReason): void
}

/** Puts a session into `tab` and tells `watch` what becomes of it. */
export function takeSeat(
  name: string,
  tab: VirtualTab,
  { network, cookies, random, story }: Pick<Ground, 'network' | 'cookies' | 'random' | 'story'>,
  watch: SeatWatch,
  change: (assembly: Assembly) => Assembly,
): Seat {
  async function refresh(...call: Parameters<typeof network.refresh>): Promise<RefreshAnswer> {
    const [token, { signal }] = call
    story.tell(`${name} spends ${token}`)
    watch.spends(seat, token)
    signal?.addEventListener('abort', () => watch.givesUp(seat, token))
    const answer = await network.refresh(...call)
    story.tell(`${name} gets an answer to ${token}: ${answer.is}`)
    watch.isAnswered(seat, token, answer)
    return answer
  }

  function throughCookies(jar: Map<string, string>): AuthEndpoint {
    const fetch = tab.fetching(cookieFetch({ ...network, refresh }, jar))
    return cookieEndpoint('https://bar.test/api/auth', { client: 'admin', fetch })
  }

  const { options, world, decide } = change({
    options: {
      app: 'admin',
      endpoint: tab.through(cookies === null ? { ...network, refresh } : throughCookies(cookies)),
      storage: tab.storage,
      allowedOrigins: [],
      keepAlive: random.chance(0.3),
    },
    world: tab.world,
    decide: transition,
  })
  const session = assembleSession(options, world, decide)
  const seat: Seat = {
    name,
    tab,
    session,
    is: 'open',
    isAway: false,
    isAlone: false,
    hadTrouble: false,
  }
  story.tell(`${name} opens`)

  // The session it was in last: the state is told before the ending is.
  let shown = sessionOf(seat)
  if (shown !== null) show(shown)
  session.subscribe(state => {
    if (state.status !== 'authenticated' || state.sessionId === shown) return
    shown = state.sessionId
    if (shown !== null) show(shown)
  })
  session.on('signed-out', ({ reason }) => {
    story.tell(`${name} is signed out of ${shown}: ${reason}`)
    watch.isSignedOut(seat, shown, reason)
  })
  session.on('refresh-unreachable', ({ retryAfter }) => {
    story.tell(`${name} pauses for ${Math.round(retryAfter)}`)
    watch.pauses(seat, retryAfter)
  })
  return seat

  function show(id: string): void {
    story.tell(`${name} holds ${id}`)
    watch.holds(seat, id)
  }
}

/** The session that the page shows. */
export function sessionOf({ session }: Pick<Seat, 'session'>): string | null {
  const state = session.getState()
  return state.status === 'authenticated' ? state.sessionId : null
}

/** The session that a token of the rotating server belongs to. */
export function ownerOf(token: string): string {
  return token.split('.')[1] ?? ''
}
