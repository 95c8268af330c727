import { expect, it } from 'vitest'
import type { Grant } from '../tokens/grant.ts'
import { heldAccessToken, heldGrant, LOADING, type State } from './state.ts'

const grant: Grant = {
  accessToken: 'A1',
  refreshToken: 'R1',
  user: null,
  sessionId: null,
  identity: 's1',
  revision: 1,
  receivedAt: 0,
  lifetime: null,
  afterRefusal: false,
}
const without = { ...grant, accessToken: null }
const signedOut: State = { is: 'unauthenticated', reason: 'none', ended: null }
const authenticated = (grant: Grant): State => ({ is: 'authenticated', grant, backOff: null })
const refreshing: State = { is: 'refreshing', grant, backOff: null, because: 'need' }

it.each([
  ['loading', LOADING, null, null],
  ['unauthenticated', signedOut, null, null],
  ['authenticated', authenticated(grant), grant, 'A1'],
  ['authenticated with nothing to send', authenticated(without), without, null],
  ['refreshing', refreshing, grant, 'A1'],
])('holds tokens while %s or not', (_name, state, held, accessToken) => {
  expect(heldGrant(state)).toBe(held)
  expect(heldAccessToken(state)).toBe(accessToken)
})
