import {
  answering,
  asking,
  type Flawed,
  get,
  isTo,
  post,
  withMembers,
  withStatus,
} from '../support/alter.ts'

export const signOutFlaws: readonly Flawed[] = [
  {
    flaw: 'answers a sign-out with a redirect',
    breaks: ['logout-answer'],
    defect: answering((_, request) => isTo(request, 'POST /logout'), withStatus(302)),
  },
  {
    flaw: 'signs out everywhere where one session was meant',
    breaks: ['logout-leaves-others'],
    defect: backend => async request => {
      if (isTo(request, 'POST /logout')) await backend(post(request, '/logout-all', {}))
      return backend(request)
    },
  },
  {
    flaw: 'signs nobody out, and says that it did',
    breaks: ['logout-ends-refresh', 'logout-ends-access'],
    defect: asking(
      request => isTo(request, 'POST /logout'),
      request => post(request, '/logout', {}, { Authorization: null }),
    ),
  },
  {
    flaw: 'lets access tokens live on after a sign-out',
    breaks: ['logout-ends-access'],
    defect: backend => {
      const last = new Map<string, Response>()
      return async request => {
        const token = request.headers.get('Authorization') ?? ''
        if (isTo(request, 'POST /logout') && !last.has(token)) {
          const me = await backend(get(request, '/me'))
          if (me.ok) last.set(token, me)
        }
        const answer = await backend(request)
        return (isTo(request, '/me') && last.get(token)?.clone()) || answer
      }
    },
  },
  {
    flaw: 'says that it does not know a token at sign-out',
    breaks: ['logout-tells-nothing'],
    defect: backend => async request => {
      if (!isTo(request, 'POST /logout')) return backend(request)
      const me = await backend(get(request, '/me'))
      const answer = await backend(request)
      return (await me.clone().text()).includes('invalid_access_token')
        ? withStatus(404)(answer)
        : answer
    },
  },
  {
    flaw: 'signs out by GET',
    breaks: ['logout-needs-post'],
    defect: asking(
      request => isTo(request, 'GET /logout'),
      request => post(request, '/logout', {}),
    ),
  },
  {
    flaw: 'signs out here when elsewhere was meant',
    breaks: ['logout-others'],
    defect: asking(
      request => isTo(request, '/logout-all'),
      request => post(request, '/logout-all', {}),
    ),
  },
  {
    flaw: 'does not count the sessions that it ended',
    breaks: ['logout-everywhere'],
    defect: answering(
      ({ ok }, request) => ok && isTo(request, '/logout-all'),
      withMembers(({ message }) => ({ message })),
    ),
  },
]
