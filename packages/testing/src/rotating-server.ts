import { type AuthEndpoint, type RefreshAnswer, SessionError } from '@tabkeeper/core'
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
  /** The sessions that are alive, by id. */
  live(): readonly string[]
  /** Whether a protected resource would take this access token. */
  accepts(accessToken: string): boolean
  /** Ends a session as an administrator would. */
  end(sessionId: string): void
  /** Makes faults of the next refreshes, in order. */
  fail(...faults: Fault[]): void
  /** Keeps answers back from now on (the work is done at once); returns what lets them go. */
  hold(): () => void
}

interface Family {
  readonly id: string
  readonly user: { readonly name: string }
  generation: number
  /** The generation that the newest was made from. */
  parent: number
  /** The newest generation that somebody has shown to hold. */
  confirmed: number
  rotatedAt: number
  isLive: boolean
}

/**
 * Returns a server that rotates strictly: a refresh token that comes a second time after its grace ends
 * the session. For stories about the client; what a server has to do is tested against the real one.
 */
export function rotatingServer(options: RotatingServerOptions): RotatingServer {
  const { clock, lifetime = 3600, grace = 0 } = options
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
      user: { name },
      generation: 0,
      parent: -1,
      confirmed: 0,
      rotatedAt: Number.NEGATIVE_INFINITY,
      isLive: true,
    }
    families.set(family.id, family)
    return tokensOf(family)
  }

  function familyOf(token: string | null): Family | undefined {
    return families.get(token?.split('.')[1] ?? '')
  }

  function rotate(refreshToken: string): RefreshAnswer {
    const family = familyOf(refreshToken)
    const generation = Number(refreshToken.split('.')[2])
    if (family === undefined || !family.isLive) return { is: 'denied', reason: 'revoked' }
    const isFresh = generation === family.generation
    const isInGrace = clock.now() < family.rotatedAt + grace
    const isRecovery = grace > 0 && !isInGrace && generation === family.confirmed
    if (isFresh || isRecovery) {
      family.confirmed = family.parent = generation
      family.generation++
      family.rotatedAt = clock.now()
    } else if (generation !== family.parent || !isInGrace) {
      counts.reused++
      family.isLive = false
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
      if (replaced !== undefined) replaced.isLive = false
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
      if (family !== undefined) family.isLive = false
      await gate
      return true
    },
    async revokeAll() {
      const ended = [...families.values()].filter(family => family.isLive)
      for (const family of ended) family.isLive = false
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
    const isGood = clock.now() < (expiries.get(accessToken) ?? 0) && family?.isLive === true
    if (isGood) family.confirmed = Math.max(family.confirmed, Number(accessToken.split('.')[2]))
    return isGood
  }

  function end(sessionId: string): void {
    const family = families.get(sessionId)
    if (family !== undefined) family.isLive = false
  }

  return {
    endpoint,
    counts,
    live: () => [...families.values()].filter(family => family.isLive).map(family => family.id),
    accepts,
    end,
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
