import {
  answering,
  type Flawed,
  isTo,
  readdress,
  refreshTokenOf,
  withHeader,
  withMembers,
  withStatus,
} from '../support/alter.ts'

const tokenOf = (request: Request) => request.headers.get('Authorization')?.slice('Bearer '.length)

export const accessFlaws: readonly Flawed[] = [
  {
    flaw: 'says of people only what they are called',
    breaks: ['me-answer'],
    defect: answering(
      (answer, request) => answer.ok && isTo(request, '/me'),
      withMembers(({ session }) => ({ user: { name: 'Ada' }, session })),
    ),
  },
  {
    flaw: 'forbids where it should ask to sign in',
    breaks: ['nothing-shown-401'],
    defect: answering(
      ({ status }, request) =>
        status === 401 && isTo(request, '/me') && tokenOf(request) === undefined,
      withStatus(403),
    ),
  },
  {
    flaw: 'forbids where a token is not good',
    breaks: ['bad-access-401'],
    defect: answering(
      ({ status }, request) =>
        status === 401 && isTo(request, '/me') && tokenOf(request) !== undefined,
      withStatus(403),
    ),
  },
  {
    flaw: 'does not name the scheme that it asks for',
    breaks: ['challenge'],
    defect: answering(({ status }) => status === 401, withHeader('WWW-Authenticate', null)),
  },
  {
    flaw: 'takes tokens without a signature',
    breaks: ['signature-checked'],
    defect: backend => {
      const genuine = new Map<string, string>() // by their claims
      return async request => {
        const [, claims = '', signature] = tokenOf(request)?.split('.') ?? []
        const known = signature === '' ? genuine.get(claims) : undefined
        const answer = await backend(
          known === undefined ? request : readdress(request, { Authorization: `Bearer ${known}` }),
        )
        if (answer.ok && signature) genuine.set(claims, tokenOf(request) ?? '')
        return answer
      }
    },
  },
  {
    flaw: 'takes refresh tokens for access tokens',
    breaks: ['token-kinds'],
    defect: backend => {
      const accessOf = new Map<string, string>()
      return async request => {
        const access = accessOf.get(tokenOf(request) ?? '')
        const answer = await backend(
          access === undefined ? request : readdress(request, { Authorization: access }),
        )
        if (answer.ok && isTo(request, '/login', '/refresh')) {
          const { access_token, refresh_token } = await answer.clone().json()
          accessOf.set(refresh_token, `Bearer ${access_token}`)
        }
        return answer
      }
    },
  },
  {
    flaw: 'takes access tokens for refresh tokens',
    breaks: ['token-kinds'],
    defect: backend => {
      const refreshOf = new Map<string, string>()
      return async request => {
        const isRefresh = isTo(request, '/refresh')
        const refresh = isRefresh ? refreshOf.get(await refreshTokenOf(request)) : undefined
        const answer = await backend(
          refresh === undefined
            ? request
            : new Request(request, { body: JSON.stringify({ refresh_token: refresh }) }),
        )
        if (answer.ok && isTo(request, '/login', '/refresh')) {
          const { access_token, refresh_token } = await answer.clone().json()
          refreshOf.set(access_token, refresh_token)
        }
        return answer
      }
    },
  },
  {
    flaw: 'takes tokens from the URL',
    breaks: ['token-in-url'],
    defect: backend => request => {
      const token = new URL(request.url).searchParams.get('access_token')
      return backend(
        token === null ? request : readdress(request, { Authorization: `Bearer ${token}` }),
      )
    },
  },
]
