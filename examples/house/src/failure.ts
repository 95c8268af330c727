import { isSessionError } from '@tabkeeper/core'
import { ApiError } from './api-error.ts'

/** Returns what went wrong as one word: the server's own code where it refused for its own reasons. */
export function failureCode(error: unknown): string {
  if (isSessionError(error)) {
    return error.code === 'rejected' ? (error.serverCode ?? error.code) : error.code
  }
  return error instanceof ApiError ? error.code : 'unknown'
}

/** Returns what went wrong and what to do about it, for the person in front of the page. */
export function failureInWords(error: unknown): string {
  const answer = isSessionError(error) || error instanceof ApiError ? error : undefined
  if (answer?.status === 429)
    return `Too many attempts. Wait ${wait(answer.retryAfter)}, then try again.`

  switch (failureCode(error)) {
    case 'invalid-credentials':
    case 'invalid_credentials':
      return 'The e-mail address or the password is wrong.'
    case 'email_taken':
      return 'There is an account with this address already. Sign in instead.'
    case 'password_rejected':
      return `This password ${whatIsWrong(isSessionError(error) ? error.reasons : [])}. Choose another.`
    case 'session_limit':
      return 'This account is signed in on too many devices. Sign out on one of them first.'
    case 'invalid_request':
      return 'The server did not understand that. Check what you typed and try again.'
    case 'image_rejected':
      return 'This is not a picture that browsers show. Choose a PNG, JPEG or WebP.'
    case 'order_rejected':
      return answer?.message ?? 'The bar cannot take this order. Change it and try again.'
    case 'order_not_found':
      return 'This order is no longer there.'
    case 'session_not_found':
      return 'This session had ended already.'
    case 'forbidden':
      return 'This account may not do that. Sign out, and sign in with another one.'
    case 'signed-out':
    case 'session-ended':
    case 'session-changed':
      return 'Your session ended before this was done. Sign in and try again.'
    case 'unknown':
      return 'Something in this page went wrong. Load it again.'
    default:
      return noAnswer(answer?.status)
  }
}

/** Returns what is wrong with a password, all of it at once. */
function whatIsWrong(reasons: readonly string[]): string {
  const words = reasons.flatMap(reason => passwordWords[reason] ?? [])
  return words.length > 0 ? words.join(' and ') : 'is too easy to guess'
}

const passwordWords: Readonly<Record<string, string>> = {
  too_short: 'has fewer than 8 characters',
  too_long: 'is too long',
  too_common: 'is among the first that are guessed',
  contains_email: 'contains your e-mail address',
}

function noAnswer(status: number | undefined): string {
  if (!navigator.onLine) return 'You are offline. Connect to a network and try again.'
  if (status !== undefined && status < 500) return 'The server refused this. Load the page again.'
  return 'The bar’s server does not answer. Try again in a moment.'
}

function wait(milliseconds = 60_000): string {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000))
  if (seconds > 90) return `${Math.ceil(seconds / 60)} minutes`
  return seconds === 1 ? 'a second' : `${seconds} seconds`
}
