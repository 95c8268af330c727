import type { z } from 'zod'
import type { ProblemCode } from '../http/problem.ts'
import * as answers from './answers.ts'
import * as requests from './requests.ts'

/** Who may call an endpoint. */
export type Access = 'anybody' | 'session' | 'admin' | 'admin-or-token'

/** An endpoint of the wire contract. */
export interface Operation {
  readonly method: 'get' | 'post' | 'delete'
  /** Below one of the paths that a deployment chooses. */
  readonly below: 'auth' | 'admin' | 'events'
  /** With parameters as `{id}`. */
  readonly path: string
  readonly summary: string
  readonly description?: string
  readonly access: Access
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  /** The answers of success; `null` is one without a body, `'stream'` one of events. */
  readonly answers: Readonly<Record<number, z.ZodType | null | 'stream'>>
  /** Besides those that the kind of endpoint has anyway, see `problemsOf`. */
  readonly problems: readonly ProblemCode[]
}

const stepUp = 'insufficient_user_authentication'
const sessionEnds = ['session_revoked', 'session_expired', 'account_disabled'] as const
const byName = '`X-Session-Client` names the client, and with it transport and lifetimes. '

export const operations: readonly Operation[] = [
  {
    method: 'post',
    below: 'auth',
    path: '/login',
    summary: 'Signs in',
    description: `${byName}A session that comes along is ended.`,
    access: 'anybody',
    body: requests.loginBody,
    answers: { 200: answers.grantSchema },
    problems: ['invalid_credentials', 'session_limit', 'csrf_rejected', 'rate_limited'],
  },
  {
    method: 'post',
    below: 'auth',
    path: '/register',
    summary: 'Makes an account and signs it in',
    description: byName,
    access: 'anybody',
    body: requests.registerBody,
    answers: { 201: answers.grantSchema },
    problems: ['email_taken', 'password_rejected', 'forbidden', 'csrf_rejected', 'rate_limited'],
  },
  {
    method: 'post',
    below: 'auth',
    path: '/refresh',
    summary: 'Gives new tokens for a refresh token',
    description:
      'In `split` and `cookie` the token comes by cookie and the body is `{}`. Every 401 is definitive: the session is over, and its cookie is taken away.',
    access: 'anybody',
    body: requests.refreshBody.partial(),
    answers: { 200: answers.grantSchema },
    problems: [
      'invalid_refresh_token',
      'refresh_token_reused',
      'not_authenticated',
      ...sessionEnds,
      'csrf_rejected',
      'rate_limited',
    ],
  },
  {
    method: 'post',
    below: 'auth',
    path: '/logout',
    summary: 'Ends the session of a refresh token, a cookie or an access token',
    description: 'The same answer for tokens that are not known (RFC 7009).',
    access: 'anybody',
    body: requests.logoutBody,
    answers: { 200: answers.messageSchema },
    problems: ['csrf_rejected'],
  },
  {
    method: 'post',
    below: 'auth',
    path: '/logout-all',
    summary: 'Ends all sessions of the user',
    access: 'session',
    body: requests.logoutAllBody,
    answers: { 200: answers.revokedAllSchema },
    problems: [stepUp],
  },
  {
    method: 'get',
    below: 'auth',
    path: '/me',
    summary: 'Says who is signed in',
    access: 'session',
    answers: { 200: answers.meSchema },
    problems: [],
  },
  {
    method: 'get',
    below: 'auth',
    path: '/sessions',
    summary: 'Lists the live sessions of the user, newest first',
    access: 'session',
    query: requests.sessionsQuery,
    answers: { 200: answers.sessionListSchema },
    problems: ['rate_limited'],
  },
  {
    method: 'delete',
    below: 'auth',
    path: '/sessions/{id}',
    summary: 'Ends a session of the user',
    description: 'The current one without a recent password, others only with one.',
    access: 'session',
    answers: { 204: null },
    problems: [stepUp, 'session_not_found'],
  },
  {
    method: 'post',
    below: 'auth',
    path: '/reauthenticate',
    summary: 'Takes the password again, for what needs a recent one',
    description: 'The session gets a new secret: every earlier token is refused.',
    access: 'session',
    body: requests.reauthenticateBody,
    answers: { 200: answers.grantSchema },
    problems: ['invalid_credentials', 'rate_limited'],
  },
  {
    method: 'post',
    below: 'auth',
    path: '/password',
    summary: 'Changes the password',
    description: 'Ends the other sessions, unless told otherwise, and gives this one a new secret.',
    access: 'session',
    body: requests.passwordBody,
    answers: { 200: answers.grantSchema },
    problems: [stepUp, 'invalid_credentials', 'password_rejected', 'rate_limited'],
  },
  {
    method: 'get',
    below: 'auth',
    path: '/.well-known/jwks.json',
    summary: 'Shows the public keys of access tokens (RFC 7517)',
    access: 'anybody',
    answers: { 200: answers.jwksSchema },
    problems: [],
  },
  {
    method: 'get',
    below: 'events',
    path: '',
    summary: 'Streams what happens to the session, and what the app tells',
    description:
      'Server-sent events: `session.revoked`, `session.updated`, `missed` and those of the app. `Last-Event-ID` asks for what was missed. A token in the URL is refused.',
    access: 'session',
    answers: { 200: 'stream' },
    problems: ['invalid_request', 'too_many_streams'],
  },
  {
    method: 'get',
    below: 'admin',
    path: '/dashboard',
    summary: 'Counts sessions and refreshes',
    access: 'admin-or-token',
    answers: { 200: answers.dashboardSchema },
    problems: [],
  },
  {
    method: 'get',
    below: 'admin',
    path: '/sessions',
    summary: 'Lists and finds the live sessions of all users, newest first',
    access: 'admin-or-token',
    query: requests.adminListQuery,
    answers: { 200: answers.adminSessionListSchema },
    problems: [],
  },
  {
    method: 'delete',
    below: 'admin',
    path: '/sessions',
    summary: 'Ends all sessions but the one that asks',
    access: 'admin',
    answers: { 200: answers.revokedSchema },
    problems: [stepUp],
  },
  {
    method: 'delete',
    below: 'admin',
    path: '/sessions/{sid}',
    summary: 'Ends a session',
    access: 'admin',
    answers: { 204: null },
    problems: [stepUp, 'session_not_found'],
  },
  {
    method: 'get',
    below: 'admin',
    path: '/users',
    summary: 'Lists and finds accounts, by address',
    access: 'admin-or-token',
    query: requests.adminListQuery,
    answers: { 200: answers.accountListSchema },
    problems: [],
  },
  {
    method: 'get',
    below: 'admin',
    path: '/users/{id}/sessions',
    summary: 'Lists the live sessions of a user, newest first',
    access: 'admin-or-token',
    query: requests.adminListQuery,
    answers: { 200: answers.sessionListSchema },
    problems: ['user_not_found'],
  },
  {
    method: 'delete',
    below: 'admin',
    path: '/users/{id}/sessions',
    summary: 'Ends all sessions of a user',
    access: 'admin-or-token',
    answers: { 200: answers.revokedSchema },
    problems: [stepUp, 'user_not_found'],
  },
  {
    method: 'delete',
    below: 'admin',
    path: '/users/{id}/sessions/{sid}',
    summary: 'Ends a session of a user',
    access: 'admin',
    answers: { 204: null },
    problems: [stepUp, 'user_not_found', 'session_not_found'],
  },
  {
    method: 'post',
    below: 'admin',
    path: '/users/{id}/disable',
    summary: 'Disables an account; its sessions end with their next request',
    access: 'admin',
    answers: { 204: null },
    problems: [stepUp, 'user_not_found'],
  },
  {
    method: 'post',
    below: 'admin',
    path: '/users/{id}/enable',
    summary: 'Enables an account again',
    access: 'admin',
    answers: { 204: null },
    problems: [stepUp, 'user_not_found'],
  },
  {
    method: 'get',
    below: 'admin',
    path: '/events',
    summary: 'Reads the audit trail, newest first',
    access: 'admin',
    query: requests.adminEventsQuery,
    answers: { 200: answers.eventListSchema },
    problems: [],
  },
]

/** Returns every problem that an endpoint may answer with. */
export function problemsOf(operation: Operation): ReadonlySet<ProblemCode> {
  const { access, body, query, method } = operation
  const codes = new Set<ProblemCode>(operation.problems)
  const add = (...more: ProblemCode[]) => {
    for (const code of more) codes.add(code)
  }
  add('temporarily_unavailable', 'internal_error', 'tenant_not_found', 'misdirected_request')
  if (query) add('invalid_request')
  if (body) add('invalid_request', 'request_too_large', 'unsupported_media_type')
  if (access === 'anybody') return codes
  add('not_authenticated', 'invalid_access_token', 'refresh_token_reused', ...sessionEnds)
  if (method !== 'get') add('csrf_rejected')
  add('forbidden') // a token of another tenant
  if (access === 'admin-or-token') add('rate_limited')
  return codes
}
