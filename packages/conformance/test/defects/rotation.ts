import {
  answering,
  codeOf,
  type Flawed,
  isTo,
  refreshTokenOf,
  withMembers,
} from '../support/alter.ts'
import type { Answering, Defect, Surroundings } from '../support/backend.ts'

const grace = 30_000

const presenting = (request: Request, token: string) =>
  new Request(request, { body: JSON.stringify({ refresh_token: token }) })

const refusal = (code: string) =>
  Response.json(
    { type: 'about:blank', title: 'The session has ended', status: 401, code },
    { status: 401, headers: { 'Content-Type': 'application/problem+json' } },
  )

/** What became of a refresh token. */
interface Spent {
  readonly at: number
  readonly successor: string
  /** The access token that came with the successor. */
  readonly access: string
}

/** Watches refreshes, and lets a defect answer those whose token has been spent before. */
const onSpent =
  (
    answer: (spent: Spent, request: Request, backend: Answering) => Promise<Response | undefined>,
  ): Defect =>
  (backend, { now }) => {
    const spent = new Map<string, Spent>()
    return async request => {
      if (!isTo(request, '/refresh')) return backend(request)
      const token = await refreshTokenOf(request).catch(() => '')
      const before = spent.get(token)
      const own = before && (await answer(before, request, backend))
      if (own) return own
      const answered = await backend(request)
      if (answered.ok && before === undefined) {
        const { refresh_token: successor, access_token: access } = await answered.clone().json()
        spent.set(token, { at: now(), successor, access })
      }
      return answered
    }
  }

/** Ends the session of a refresh token as the server does that takes it for stolen. */
const end = async ({ auth }: Surroundings, token: string) => {
  const id = Buffer.from(token.replace('srt1_', ''), 'base64url').toString('hex', 2, 18)
  await auth.store.revokeSession(id.replace(/^(.{8})(....)(....)(....)/, '$1-$2-$3-$4-'), {
    reason: 'reuse_detected',
  })
  return refusal('refresh_token_reused')
}

export const rotationFlaws: readonly Flawed[] = [
  {
    flaw: 'never gives another refresh token',
    breaks: ['refresh-rotates'],
    defect: backend => {
      const newest = new Map<string, string>()
      return async request => {
        if (!isTo(request, '/refresh')) return backend(request)
        const token = await refreshTokenOf(request).catch(() => '')
        const answer = await backend(
          newest.has(token) ? presenting(request, newest.get(token) ?? '') : request,
        )
        if (!answer.ok) return answer
        newest.set(token, (await answer.clone().json()).refresh_token)
        return withMembers(body => ({ ...body, refresh_token: token }))(answer)
      }
    },
  },
  {
    flaw: 'has no grace',
    breaks: ['second-tab-in-grace', 'grace-does-not-fork'],
    options: { grace: 0 },
  },
  {
    flaw: 'takes every repetition for a theft',
    breaks: ['retry-in-grace', 'second-tab-in-grace', 'race-in-grace', 'lost-answer-recovers'],
    defect: (backend, surroundings) => {
      const seen = new Set<string>()
      return async request => {
        if (!isTo(request, '/refresh')) return backend(request)
        const token = await refreshTokenOf(request).catch(() => '')
        if (seen.has(token)) return end(surroundings, token)
        const isGood = token.startsWith('srt1_')
        if (isGood) seen.add(token)
        return backend(request)
      }
    },
  },
  {
    flaw: 'gives each repetition a successor of its own',
    breaks: ['grace-does-not-fork'],
    defect: backend => async request => {
      const answer = await backend(request.clone())
      if (!answer.ok || !isTo(request, '/refresh')) return answer
      const { rotation, refresh_token } = await answer.clone().json()
      return rotation === 'replayed' ? backend(presenting(request, refresh_token)) : answer
    },
  },
  {
    flaw: 'believes no lost answer when the grace is over',
    breaks: ['lost-answer-recovers'],
    defect: (backend, surroundings) =>
      onSpent(async ({ at, successor }) =>
        surroundings.now() - at > grace ? end(surroundings, successor) : undefined,
      )(backend, surroundings),
  },
  {
    flaw: 'takes old tokens for as long as the session lives',
    breaks: ['reuse-refused', 'lost-token-burned'],
    defect: (backend, surroundings) =>
      onSpent(async ({ at, successor }, request) =>
        surroundings.now() - at > grace ? backend(presenting(request, successor)) : undefined,
      )(backend, surroundings),
  },
  {
    flaw: 'refuses a stolen token and lets the session go on',
    breaks: ['reuse-ends-session'],
    defect: (backend, surroundings) => {
      const used = new Set<string>()
      const watching: Answering = async request => {
        const answer = await backend(request)
        if (answer.ok) used.add(request.headers.get('Authorization') ?? '')
        return answer
      }
      return onSpent(async ({ at, access }) =>
        surroundings.now() - at > grace && used.has(`Bearer ${access}`)
          ? refusal('refresh_token_reused')
          : undefined,
      )(watching, surroundings)
    },
  },
  {
    flaw: 'does not say that a token was used twice',
    breaks: ['reuse-named'],
    defect: answering(
      async answer => (await codeOf(answer)) === 'refresh_token_reused',
      withMembers(body => ({ ...body, code: 'session_revoked' })),
    ),
  },
  {
    flaw: 'tells nobody but the thief that a token was used twice',
    breaks: ['reuse-told'],
    defect: answering(
      async answer => (await codeOf(answer)) === 'session_revoked',
      withMembers(({ reason, ...body }) => body),
    ),
  },
  {
    flaw: 'goes on taking what was lost, after it was made good',
    breaks: ['lost-token-burned'],
    defect: backend => {
      const burned = new Map<string, string>() // and what was given in their place
      const given = new Map<string, string>()
      return async request => {
        if (!isTo(request, '/refresh')) return backend(request)
        const token = await refreshTokenOf(request).catch(() => '')
        const instead = burned.get(token)
        const answer = await backend(instead ? presenting(request, instead) : request)
        if (!answer.ok) return answer
        const { rotation, refresh_token } = await answer.clone().json()
        if (rotation === 'recovered') burned.set(given.get(token) ?? '', refresh_token)
        given.set(token, refresh_token)
        return answer
      }
    },
  },
]
