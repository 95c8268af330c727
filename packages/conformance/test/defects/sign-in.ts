import {
  answering,
  type Flawed,
  isGranted,
  isRefused,
  isTo,
  withMembers,
  withStatus,
} from '../support/alter.ts'
import { user } from '../support/backend.ts'

const isLoginOfUnknown = async (request: Request) =>
  isTo(request, '/login') && (await request.clone().json()).email !== user

export const signInFlaws: readonly Flawed[] = [
  {
    flaw: 'calls its tokens by another type',
    breaks: ['login-answer'],
    defect: answering(
      isGranted,
      withMembers(body => ({ ...body, token_type: 'JWT' })),
    ),
  },
  {
    flaw: 'says when a token ends, and not in how many seconds',
    breaks: ['expires-in-seconds'],
    defect: answering(
      isGranted,
      withMembers(body => ({ ...body, expires_in: 1_772_366_400 })),
    ),
  },
  {
    flaw: 'gives the session another id with each refresh',
    breaks: ['session-named'],
    defect: answering(
      (answer, request) => answer.ok && isTo(request, '/refresh'),
      withMembers(body => ({ ...body, session: { id: crypto.randomUUID() } })),
    ),
  },
  {
    flaw: 'answers a wrong password with 400',
    breaks: ['wrong-password'],
    defect: answering(
      ({ status }, request) => status === 401 && isTo(request, '/login'),
      withStatus(400),
    ),
  },
  {
    flaw: 'says that it does not know a user',
    breaks: ['unknown-user-answer'],
    defect: answering(
      async (answer, request) => isRefused(answer) && (await isLoginOfUnknown(request)),
      withMembers(body => ({ ...body, code: 'user_not_found' })),
    ),
  },
  {
    flaw: 'hashes passwords of users only that it knows',
    breaks: ['unknown-user-time'],
    defect:
      (backend, { linger }) =>
      async request => {
        if (isTo(request, '/login') && !(await isLoginOfUnknown(request))) linger(50)
        return backend(request)
      },
  },
]
