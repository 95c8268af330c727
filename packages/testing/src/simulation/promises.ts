/**
 * What a session promises, whatever happens to it. Each of them is judged by the watch of the same
 * concern: `watch-refreshes`, `watch-requests`, `watch-endings`, `watch-waiting`, `agreement`.
 */
export const promises = {
  'one flight': 'A session is refreshed by one tab at a time.',
  'no token twice':
    'No refresh token is presented after its successor was shown to have been received.',
  'pauses are kept':
    'After an answer without a verdict nobody asks again before the pause is over.',
  'no storm': 'The number of refresh requests is bounded.',
  'its own token': 'A request goes out with a token of the session it was made in.',
  'no old token':
    'No request goes out with a token that is over while storage has one that is not.',
  'an end is an end': 'No session returns after its end.',
  'a true reason': 'Nobody is signed out without a cause, and the reason shown is that cause.',
  'everybody is answered': 'Whoever waits gets an answer within the bound.',
  'known errors': 'What fails fails with an error of the session, or with that of the network.',
  agreement: 'In the end all tabs agree, and who is signed in has a token that the server takes.',
} as const

export type PromiseName = keyof typeof promises
