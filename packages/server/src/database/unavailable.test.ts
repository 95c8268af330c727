import { expect, it } from 'vitest'
import { isDatabaseUnavailable } from './unavailable.ts'

const failure = (code: string) => Object.assign(new Error('of a database'), { code })

it.each([
  ['ECONNREFUSED', true],
  ['SQLITE_BUSY', true],
  ['57P01', true], // shutting down
  ['40P01', true], // a deadlock
  ['40001', true], // could not serialize
  ['53300', true], // too many connections
  ['25006', true], // a replica
  ['22008', false], // a year that there is not
  ['23505', false], // unique
  ['42P01', false], // no such table
  ['SQLITE_CONSTRAINT', false],
])('a failure with the code %s is one for now: %s', (code, isForNow) => {
  expect(isDatabaseUnavailable(failure(code))).toBe(isForNow)
  expect(isDatabaseUnavailable(new AggregateError([failure(code)]))).toBe(isForNow)
})
