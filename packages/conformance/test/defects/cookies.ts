import {
  answering,
  type Flawed,
  isGranted,
  isTo,
  readdress,
  withCookie,
  withHeader,
  withMembers,
} from '../support/alter.ts'

const without = (attribute: RegExp) => (cookie: string) => cookie.replace(attribute, '')

const isCrossSite = ({ headers }: Request) => headers.get('Sec-Fetch-Site') === 'cross-site'

const own = { Origin: 'https://bar.example', 'Sec-Fetch-Site': 'same-origin' }

export const cookieFlaws: readonly Flawed[] = [
  {
    flaw: 'lets scripts read its cookie',
    transport: 'split',
    breaks: ['cookie-http-only'],
    defect: answering(isGranted, withCookie(without(/; HttpOnly/))),
  },
  {
    flaw: 'lets its cookie travel by http',
    transport: 'cookie',
    breaks: ['cookie-secure'],
    options: { cookies: { secure: false } },
  },
  {
    flaw: 'shares its cookie with all hosts of the domain',
    transport: 'split',
    breaks: ['cookie-own-host'],
    defect: answering(
      isGranted,
      withCookie(cookie => `${cookie}; Domain=example`),
    ),
  },
  {
    flaw: 'leaves it to browsers which pages send its cookie',
    transport: 'cookie',
    breaks: ['cookie-same-site'],
    defect: answering(isGranted, withCookie(without(/; SameSite=\w+/))),
  },
  {
    flaw: 'puts more into a cookie than browsers keep',
    transport: 'cookie',
    breaks: ['cookie-small'],
    defect: backend => async request => {
      const cookie = request.headers.get('Cookie')?.replace(/\.{4000}/, '')
      const answer = await backend(cookie ? readdress(request, { Cookie: cookie }) : request)
      if (!isGranted(answer, request)) return answer
      return withCookie(each => each.replace(';', `${'.'.repeat(4000)};`))(answer)
    },
  },
  {
    flaw: 'gives the tokens in the body besides',
    transport: 'cookie',
    breaks: ['cookie-not-in-body'],
    defect: answering(isGranted, answer => {
      const refresh_token = answer.headers.getSetCookie()[0]?.split(/[=;]/)[1]
      return withMembers(body => ({ ...body, refresh_token }))(answer)
    }),
  },
  {
    flaw: 'leaves its cookie in the browser at sign-out',
    transport: 'split',
    breaks: ['cookie-taken-back'],
    defect: answering((_, request) => isTo(request, '/logout'), withHeader('Set-Cookie', null)),
  },
  {
    flaw: 'does not look where a refresh comes from',
    transport: 'cookie',
    breaks: ['cross-site-refused'],
    defect: backend => request =>
      backend(
        isCrossSite(request) && isTo(request, '/refresh') ? readdress(request, own) : request,
      ),
  },
  {
    flaw: 'does not look where a sign-out comes from',
    transport: 'split',
    breaks: ['cross-site-refused'],
    defect: backend => request =>
      backend(isCrossSite(request) && isTo(request, '/logout') ? readdress(request, own) : request),
  },
  {
    flaw: 'does not look where a sign-in comes from',
    transport: 'split',
    breaks: ['cross-site-login'],
    defect: backend => request =>
      backend(isCrossSite(request) && isTo(request, '/login') ? readdress(request, own) : request),
  },
  {
    flaw: 'takes what a form can send',
    transport: 'cookie',
    breaks: ['form-refused'],
    defect: backend => request =>
      backend(
        request.headers.has('X-Session-Client')
          ? request
          : readdress(request, {
              ...own,
              'X-Session-Client': 'default',
              'Content-Type': 'application/json',
            }),
      ),
  },
]
