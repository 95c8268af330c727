import {
  answering,
  codeOf,
  type Flawed,
  isTo,
  post,
  refreshTokenOf,
  withHeader,
  withMembers,
  withStatus,
} from '../support/alter.ts'

const isRefusedRefresh = ({ status }: Response, request: Request) =>
  status === 401 && isTo(request, '/refresh')

export const refreshFlaws: readonly Flawed[] = [
  {
    flaw: 'gives an access token that is not good',
    breaks: ['refresh-answer'],
    defect: backend => {
      const spoiled = new Set<string>()
      return async request => {
        const isFirst = spoiled.size === 0 && isTo(request, '/refresh')
        const answer = await backend(request)
        if (!answer.ok || !isFirst) return answer
        spoiled.add(request.url)
        return withMembers(body => ({ ...body, access_token: 'not-a-token' }))(answer)
      }
    },
  },
  {
    flaw: 'refuses a refresh with 400',
    breaks: ['refused-refresh-401'],
    defect: answering(isRefusedRefresh, withStatus(400)),
  },
  {
    flaw: 'refuses a refresh with 200 and a page',
    breaks: ['refused-refresh-401'],
    defect: answering(
      isRefusedRefresh,
      ({ headers }) => new Response('<h1>Please sign in</h1>', { headers }),
    ),
  },
  {
    flaw: 'has a code of its own for refused refreshes',
    breaks: ['refused-refresh-code'],
    defect: answering(
      async answer => (await codeOf(answer)) === 'invalid_refresh_token',
      withMembers(body => ({ ...body, code: 'unauthorized' })),
    ),
  },
  {
    flaw: 'answers what it cannot read with 401',
    breaks: ['nonsense-ends-nothing'],
    defect: answering(
      ({ status }, request) => status === 400 && isTo(request, '/refresh'),
      withStatus(401),
    ),
  },
  {
    flaw: 'ends the session that a forged token looks like',
    breaks: ['forgery-harmless'],
    defect: backend => {
      const given = new Set<string>()
      return async request => {
        const answer = await backend(request.clone())
        if (answer.ok && isTo(request, '/login', '/refresh')) {
          given.add((await answer.clone().json()).refresh_token)
        }
        if (!isRefusedRefresh(answer, request)) return answer
        const forged = await refreshTokenOf(request).catch(() => '')
        const genuine = [...given].find(one => one.slice(0, 60) === forged.slice(0, 60))
        if (genuine && !given.has(forged)) {
          await backend(post(request, '/logout', { refresh_token: genuine }))
        }
        return answer
      }
    },
  },
  {
    flaw: 'calls its refusals plain JSON',
    breaks: ['problem-documents'],
    defect: answering(
      ({ status }) => status >= 400,
      withHeader('Content-Type', 'application/json'),
    ),
  },
]
