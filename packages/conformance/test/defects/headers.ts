import {
  answering,
  type Flawed,
  isRefused,
  isTo,
  withHeader,
  withoutHeader,
} from '../support/alter.ts'
import { page } from '../support/backend.ts'

const isOfPage = (_: Response, { headers }: Request) => headers.get('Origin') === page

export const headerFlaws: readonly Flawed[] = [
  {
    flaw: 'lets caches keep a refresh',
    breaks: ['no-store'],
    defect: answering((_, request) => isTo(request, '/refresh'), withoutHeader('Cache-Control')),
  },
  {
    flaw: 'lets browsers guess what answers are',
    breaks: ['no-sniffing'],
    defect: answering(
      (_, request) => isTo(request, '/sessions'),
      withoutHeader('X-Content-Type-Options'),
    ),
  },
  {
    flaw: 'does not ask for https',
    breaks: ['https-only'],
    defect: answering(() => true, withoutHeader('Strict-Transport-Security')),
  },
  {
    flaw: 'refuses the preflight of its own page',
    breaks: ['cors-allows-page'],
    defect: answering(
      (_, { method }) => method === 'OPTIONS',
      withHeader('Access-Control-Allow-Headers', 'Content-Type'),
    ),
  },
  {
    flaw: 'lets its page read success only',
    breaks: ['cors-on-refusals'],
    defect: answering(
      (answer, request) => isRefused(answer) && isOfPage(answer, request),
      withoutHeader('Access-Control-Allow-Origin'),
    ),
  },
  {
    flaw: 'hides Retry-After from its page',
    breaks: ['cors-exposes'],
    defect: answering(isOfPage, withHeader('Access-Control-Expose-Headers', 'Request-Id')),
  },
  {
    flaw: 'lets caches give the permission of one page to another',
    breaks: ['cors-vary'],
    defect: answering(isOfPage, withoutHeader('Vary')),
  },
  {
    flaw: 'lets every page read its answers',
    breaks: ['cors-exact'],
    defect: answering(
      (_, { headers }) => headers.has('Origin'),
      (answer, { headers }) =>
        withHeader('Access-Control-Allow-Origin', headers.get('Origin'))(answer),
    ),
  },
  {
    flaw: 'compares origins by their beginning',
    breaks: ['cors-exact'],
    defect: answering(
      (_, { headers }) => headers.get('Origin')?.startsWith(page) ?? false,
      (answer, { headers }) =>
        withHeader('Access-Control-Allow-Origin', headers.get('Origin'))(answer),
    ),
  },
]
