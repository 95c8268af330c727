import { answering, type Flawed, isTo, withoutHeader, withStatus } from '../support/alter.ts'

export const limitFlaws: readonly Flawed[] = [
  {
    flaw: 'lets passwords be tried without end',
    breaks: ['guessing-limited'],
    options: { rateLimits: { account: false, address: false } },
  },
  {
    flaw: 'does not say how long to wait',
    breaks: ['limit-says-when'],
    defect: answering(({ status }) => status === 429, withoutHeader('Retry-After')),
  },
  {
    flaw: 'ends the session of whoever refreshes too often',
    breaks: ['flood-keeps-session'],
    defect: answering(
      ({ status }, request) => status === 429 && isTo(request, '/refresh'),
      withStatus(401),
    ),
  },
]
