// @vitest-environment jsdom
import { SessionError } from '@tabkeeper/core'
import { afterEach, expect, it, vi } from 'vitest'
import { ApiError, refusal } from './api-error.ts'
import { failureCode, failureInWords } from './failure.ts'

afterEach(() => void vi.restoreAllMocks())

it('tells a wrong password from every other refusal', () => {
  const wrong = new SessionError('invalid-credentials', '', {
    status: 401,
    serverCode: 'invalid_credentials',
  })
  expect(failureCode(wrong)).toBe('invalid-credentials')
  expect(failureInWords(wrong)).toBe('The e-mail address or the password is wrong.')
})

it('takes the server’s own word for a refusal', () => {
  const error = new SessionError('rejected', '', { status: 409, serverCode: 'email_taken' })
  expect(failureCode(error)).toBe('email_taken')
  expect(failureCode(refusal(401, { code: 'insufficient_user_authentication' }, null))).toBe(
    'insufficient_user_authentication',
  )
})

it.each([
  [['contains_email'], 'This password contains your e-mail address. Choose another.'],
  [
    ['too_short', 'too_common'],
    'This password has fewer than 8 characters and is among the first that are guessed. Choose another.',
  ],
  [['something_new'], 'This password is too easy to guess. Choose another.'],
  [[], 'This password is too easy to guess. Choose another.'],
])('says what is wrong with a password: %j', (reasons, words) => {
  const details = { status: 422, serverCode: 'password_rejected', reasons }
  expect(failureInWords(new SessionError('rejected', '', details))).toBe(words)
})

it.each([
  [42_000, '42 seconds'],
  [1_000, 'a second'],
  [600_000, '10 minutes'],
  [undefined, '60 seconds'],
])('says how long to wait after too many attempts: %s ms', (retryAfter, words) => {
  const error = new SessionError('unreachable', '', {
    status: 429,
    ...(retryAfter !== undefined && { retryAfter }),
  })
  expect(failureInWords(error)).toBe(`Too many attempts. Wait ${words}, then try again.`)
})

it('reads the wait of a refusal from Retry-After', () => {
  expect(failureInWords(refusal(429, null, '7'))).toContain('Wait 7 seconds')
})

it('tells a device that is offline from a server that is down', () => {
  const error = new SessionError('unreachable', '')
  expect(failureInWords(error)).toContain('server does not answer')
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false)
  expect(failureInWords(error)).toContain('You are offline')
})

it('passes on why the bar cannot take an order', () => {
  const error = refusal(422, { code: 'order_rejected', detail: 'Negroni is sold out.' }, null)
  expect(failureInWords(error)).toBe('Negroni is sold out.')
})

it.each([null, 'a page of a proxy', { code: 7 }, []])('survives a body such as %j', body => {
  expect(failureInWords(refusal(502, body, null))).toContain('server does not answer')
})

it('never shows what was thrown by mistake', () => {
  expect(failureInWords(new TypeError('x is not a function'))).not.toContain('x is not')
  expect(failureInWords(new ApiError('unreadable', 'secret detail'))).not.toContain('secret')
})
