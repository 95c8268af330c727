import {
  answering,
  codeOf,
  type Flawed,
  isTo,
  post,
  withHeader,
  withMembers,
  withStatus,
} from '../support/alter.ts'

const isStepUp = async (answer: Response) =>
  (await codeOf(answer)) === 'insufficient_user_authentication'

export const stepUpFlaws: readonly Flawed[] = [
  {
    flaw: 'signs out who mistypes the password that is asked for again',
    breaks: ['reauth-wrong-password'],
    defect: backend => async request => {
      const answer = await backend(request.clone())
      if (answer.status === 401 && isTo(request, '/reauthenticate')) {
        await backend(post(request, '/logout', {}))
      }
      return answer
    },
  },
  {
    flaw: 'answers 400 to a wrong password that is given again',
    breaks: ['reauth-wrong-password'],
    defect: answering(
      ({ status }, request) => status === 401 && isTo(request, '/reauthenticate'),
      withStatus(400),
    ),
  },
  {
    flaw: 'gives no tokens for a password that is given again',
    breaks: ['reauth-answer'],
    defect: answering(
      ({ ok }, request) => ok && isTo(request, '/reauthenticate'),
      withMembers(({ user, session }) => ({ user, session })),
    ),
  },
  {
    flaw: 'ends other sessions for an old sign-in',
    breaks: ['step-up-challenge'],
    options: { recentAuth: 0 },
  },
  {
    flaw: 'asks for the password without a challenge',
    breaks: ['step-up-challenge'],
    defect: answering(isStepUp, withHeader('WWW-Authenticate', 'Bearer realm="bar"')),
  },
]
