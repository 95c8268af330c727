import { type Flawed, isTo, post, readdress } from '../support/alter.ts'

export const registrationFlaws: readonly Flawed[] = [
  {
    flaw: 'signs in who registers an address that has an account',
    breaks: ['register-taken'],
    defect: backend => async request =>
      isTo(request, '/register')
        ? backend(post(request, '/login', await request.clone().json()))
        : backend(request),
  },
  {
    flaw: 'lets pages of other sites register people',
    breaks: ['cross-site-register'],
    transport: 'cookie',
    defect: backend => request =>
      backend(
        isTo(request, '/register')
          ? readdress(request, { Origin: 'https://bar.example', 'Sec-Fetch-Site': 'same-origin' })
          : request,
      ),
  },
]
