import {
  answering,
  type Flawed,
  get,
  isTo,
  type Members,
  withMembers,
  withStatus,
} from '../support/alter.ts'

const isList = (answer: Response, request: Request) => answer.ok && isTo(request, '/sessions')

const isDelete = ({ method }: Request) => method === 'DELETE'

/** Changes each session of a list. */
const withSessions = (change: (session: Members) => Members) =>
  withMembers(body => ({ ...body, sessions: (body.sessions as Members[]).map(change) }))

export const sessionListFlaws: readonly Flawed[] = [
  {
    flaw: 'lists only the other sessions',
    breaks: ['list-answer', 'list-says-which'],
    defect: answering(
      isList,
      withMembers(body => ({
        ...body,
        sessions: [
          ...(body.sessions as Members[]).filter(({ current }) => !current),
          { ...(body.sessions as Members[])[0], id: crypto.randomUUID(), current: false },
        ],
      })),
    ),
  },
  {
    flaw: 'does not say which session asks',
    breaks: ['list-says-which'],
    defect: answering(
      isList,
      withSessions(session => ({ ...session, current: false })),
    ),
  },
  {
    flaw: 'says the hash of each session’s token',
    breaks: ['list-no-credentials'],
    defect: answering(
      isList,
      withSessions(session => ({ ...session, token_hash: 'e3b0c44298fc1c149afbf4c8996fb924' })),
    ),
  },
  {
    flaw: 'lists an access token',
    breaks: ['list-no-credentials'],
    defect: answering(isList, async (answer, request) => {
      const note = request.headers.get('Authorization')
      return withSessions(session => ({ ...session, note }))(answer)
    }),
  },
  {
    flaw: 'shows an empty list to whoever asks',
    breaks: ['list-is-private'],
    defect: answering(
      ({ status }, request) => status === 401 && isTo(request, '/sessions'),
      ({ headers }) => Response.json({ sessions: [] }, { headers }),
    ),
  },
  {
    flaw: 'says that it ended a session, and did not',
    breaks: ['revoke-ends-session', 'revoked-leaves-list'],
    defect: backend => async request => {
      if (!isDelete(request)) return backend(request)
      const id = new URL(request.url).pathname.split('/').at(-1)
      const { sessions } = await (await backend(get(request, '/sessions'))).json()
      const isKnown = sessions.some((session: Members) => session.id === id)
      return isKnown ? new Response(null, { status: 204 }) : backend(request)
    },
  },
  {
    flaw: 'goes on listing what has ended',
    breaks: ['revoked-leaves-list'],
    defect: backend => {
      const ended: Members[] = []
      return async request => {
        if (isDelete(request)) {
          const { sessions } = await (await backend(get(request, '/sessions'))).json()
          ended.push(...sessions.filter(({ current }: Members) => !current))
        }
        const answer = await backend(request)
        if (!isList(answer, request)) return answer
        return withMembers(body => ({
          ...body,
          sessions: [...(body.sessions as Members[]), ...ended],
        }))(answer)
      }
    },
  },
  {
    flaw: 'ends sessions that there are not',
    breaks: ['revoke-unknown-404'],
    defect: answering(
      ({ status }, request) => status === 404 && isDelete(request),
      withStatus(200),
    ),
  },
]
