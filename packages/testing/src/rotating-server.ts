import {
  type AuthEndpoint,
  type RefreshAnswer,
  SessionError,
  type SignOutReason,
} from '@tabkeeper/core'
import type { Clock } from '@tabkeeper/core/world'

export interface RotatingServerOptions {
  readonly clock: Clock
  /** Life of an access token in seconds. @default 3600 */
  readonly lifetime?: number
  /**
   * Milliseconds in which a used refresh token still gets its successor. After that it is taken only
   * while nobody has shown the successor. 0 is strict: no token comes twice. @default 0
   */
  readonly grace?: number
  /** What the server says of who signed in, by the name that was given. @default name => ({ name }) */
  readonly userOf?: (name: string) => unknown
}

/** What becomes of the next refresh. */
export type Fault =
  /** The server never hears of it. */
  | 'lose-request'
  /** The server rotates, and nobody hears of it. */
  | 'lose-answer'
  /** A 503 with `retryAfter` milliseconds. */
  | { readonly retryAfter: number }
  /** Any answer, word for word. */
  | { readonly answer: RefreshAnswer }

/** A server behind the endpoint port: rotation, reuse detection and faults, and no HTTP. */
export interface RotatingServer {
  readonly endpoint: AuthEndpoint
  readonly counts: { refreshes: number; granted: number; reused: number; revocations: number }
  /** The sessions that ever began, in order, by id. */
  sessions(): readonly string[]
  /** Those of them that are alive. */
  live(): readonly string[]
  /** Whether a protected resource would take this access token. */
  accepts(accessToken: string): boolean
  /** Whether this access token is too old to be taken. */
  isOver(accessToken: string): boolean
  /** Whether somebody has shown to hold a successor of this refresh token. */
  isSucceeded(refreshToken: string): boolean
  /** Ends a session as an administrator would, or for another reason. @default 'revoked' */
  end(sessionId: string, reason?: SignOutReason): void
  /** Why the session is over; `null` while it is not. */
  reasonOf(sessionId: string): SignOutReason | null
  /** Makes faults of the next refreshes, in order. */
  fail(...faults: Fault[]): void
  /** Keeps answers back from now on (the work is done at once); returns what lets them go. */
  hold(): () => void
}

interface Family {
  readonly id: string
  readonly user: unknown
  generation: number
  /** The generation that the newest was made from. */
  parent: number
  /** The newest generation that somebody has shown to hold. */
  confirmed: number
  rotatedAt: number
  /** The oldest generation that the open grace is about, and when it was opened. */
  window: { readonly generation: number; readonly at: number }
  /** Why it is over; `null` while it is alive. */
  over: SignOutReason | null
}

/**
 * Returns a server that rotates strictly: a refresh token that comes a second time after its grace ends
 * the session. For stories about the client; what a server has to do is tested against the real one.
 */
export function rotatingServer(options: RotatingServerOptions): RotatingServer {
  const { clock, lifetime = 3600, grace = 0, userOf = name => ({ name }) } = options
  const families = new Map<string, Family>()
  const counts = { refreshes: 0, granted: 0, reused: 0, revocations: 0 }
  const faults: Fault[] = []
  const expiries = new Map<string, number>()
  let gate: Promise<void> = Promise.resolve()

  function tokensOf(family: Family) {
    const access = `at.${family.id}.${family.generation}.${expiries.size}`
    expiries.set(access, clock.now() + lifetime * 1000)
    return {
      access_token: access,
      token_type: 'Bearer',
      expires_in: lifetime,
      refresh_token: `rt.${family.id}.${family.generation}`,
      user: family.user,
      session: { id: family.id },
    }
  }

  function open(name: string) {
    const family: Family = {
      id: `session-${families.size + 1}`,
      user: userOf(name),
      generation: 0,
      parent: -1,
      confirmed: 0,
      rotatedAt: Number.NEGATIVE_INFINITY,
      window: { generation: 0, at: Number.NEGATIVE_INFINITY },
      over: null,
    }
    families.set(family.id, family)
    return tokensOf(family)
  }

  function alive(): Family[] {
    return [...families.values()].filter(family => family.over === null)
  }

  /** What is over stays over for the reason it had first. */
  function close(family: Family, reason: SignOutReason = 'revoked'): void {
    family.over ??= reason
  }

  function familyOf(token: string | null): Family | undefined {
    return families.get(token?.split('.')[1] ?? '')
  }

  function rotate(refreshToken: string): RefreshAnswer {
    const family = familyOf(refreshToken)
    const generation = generationOf(refreshToken)
    if (family === undefined || family.over !== null)
      return { is: 'denied', reason: family?.over ?? 'revoked' }
    const isFresh = generation === family.generation
    const isInGrace = clock.now() < family.rotatedAt + grace
    const isRecovery = grace > 0 && !isInGrace && generation === family.confirmed
    if (isFresh || isRecovery) {
      family.confirmed = family.parent = generation
      family.generation++
      const isOpen = isInGrace && clock.now() <= family.window.at + 2 * grace
      if (!isOpen) family.window = { generation, at: clock.now() }
      family.rotatedAt = clock.now()
    } else if (!isInGrace || generation < family.window.generation) {
      counts.reused++
      close(family, 'reuse-detected')
      return { is: 'denied', reason: 'reuse-detected' }
    }
    counts.granted++
    return { is: 'granted', tokens: tokensOf(family) }
  }

  function answerTo(refreshToken: string, fault: Fault | undefined): RefreshAnswer {
    const lost: RefreshAnswer = { is: 'lost', cause: new Error('no network') }
    if (fault === 'lose-request') return lost
    if (typeof fault === 'object' && 'answer' in fault) return fault.answer
    if (typeof fault === 'object')
      return { is: 'unreachable', retryAfter: fault.retryAfter, cause: new Error('a 503') }
    const answer = rotate(refreshToken)
    return fault === 'lose-answer' ? lost : answer
  }

  const endpoint: AuthEndpoint = {
    async login({ email, username, password }, { accessToken }) {
      const replaced = password === 'wrong' ? undefined : familyOf(accessToken)
      if (replaced !== undefined) close(replaced, 'replaced')
      const opened = password === 'wrong' ? null : open(email ?? username ?? '')
      await gate
      if (opened !== null) return opened
      throw new SessionError('invalid-credentials', 'The user name or the password is wrong.')
    },
    async register({ email }) {
      return open(email)
    },
    async refresh(refreshToken) {
      counts.refreshes++
      const answer = answerTo(refreshToken, faults.shift())
      await gate
      return answer
    },
    async revoke({ accessToken, refreshToken }) {
      counts.revocations++
      const family = familyOf(refreshToken ?? accessToken)
      if (family !== undefined) close(family, 'logout-elsewhere')
      await gate
      return true
    },
    async revokeAll() {
      const ended = alive()
      for (const family of ended) close(family)
      return { is: 'answered', value: { revoked: ended.length } }
    },
    async listSessions(accessToken) {
      return accepts(accessToken) ? { is: 'answered', value: [] } : { is: 'refused' }
    },
    async revokeSession(_accessToken, id) {
      end(id)
      return { is: 'answered', value: undefined }
    },
  }

  function accepts(accessToken: string): boolean {
    const family = familyOf(accessToken)
    const isGood = !isOver(accessToken) && family?.over === null
    if (isGood) family.confirmed = Math.max(family.confirmed, generationOf(accessToken))
    return isGood
  }

  function isOver(accessToken: string): boolean {
    return clock.now() >= (expiries.get(accessToken) ?? 0)
  }

  function end(sessionId: string, reason?: SignOutReason): void {
    const family = families.get(sessionId)
    if (family !== undefined) close(family, reason)
  }

  return {
    endpoint,
    counts,
    sessions: () => [...families.keys()],
    live: () => alive().map(family => family.id),
    accepts,
    isOver,
    isSucceeded: token => (familyOf(token)?.confirmed ?? 0) > generationOf(token),
    end,
    reasonOf: id => families.get(id)?.over ?? null,
    fail: (...next) => void faults.push(...next),
    hold() {
      let release = () => {}
      gate = new Promise(done => {
        release = done
      })
      return release
    },
  }
}

/** Tokens are numbered through: "rt.session-2.7". */
function generationOf(token: string): number {
  return Number(token.split('.')[2])
}
