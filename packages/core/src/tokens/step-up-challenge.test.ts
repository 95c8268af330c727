import { expect, it } from 'vitest'
import { stepUpInHeader, stepUpInProblem } from './step-up-challenge.ts'

it.each([
  ['Bearer error="insufficient_user_authentication"', null, []],
  ['Bearer error=insufficient_user_authentication, max_age=5', 5_000, []],
  ['Bearer realm="bar", error="insufficient_user_authentication", max_age="0"', 0, []],
  [
    'Bearer error="insufficient_user_authentication", acr_values="gold  silver", max_age="900"',
    900_000,
    ['gold', 'silver'],
  ],
  [
    'Basic realm="max_age", DPoP algs="ES256", error="insufficient_user_authentication", max_age=soon',
    null,
    [],
  ],
])('reads the step-up that `WWW-Authenticate: %s` asks for', (header, maxAge, acrValues) => {
  expect(stepUpInHeader(header)).toEqual({ maxAge, acrValues })
})

it.each([
  [{ code: 'insufficient_user_authentication', max_age: 900 }, 900_000, []],
  [
    { error: 'insufficient_user_authentication', max_age: '5', acr_values: 'gold' },
    5_000,
    ['gold'],
  ],
  [{ code: 'insufficient_user_authentication', max_age: -1, acr_values: ['gold'] }, null, []],
])('reads the step-up that the problem %j asks for', (problem, maxAge, acrValues) => {
  expect(stepUpInProblem(problem)).toEqual({ maxAge, acrValues })
})

it('finds none in other headers and problems', () => {
  expect(stepUpInHeader('Bearer error="invalid_token"')).toBeNull()
  for (const problem of [null, undefined, 'insufficient_user_authentication', [], { code: 'x' }])
    expect(stepUpInProblem(problem)).toBeNull()
})
