import { describe, expect, it } from 'vitest'
import { rules } from '../src/index.ts'
import { accessFlaws } from './defects/access.ts'
import { cookieFlaws } from './defects/cookies.ts'
import { eventFlaws } from './defects/events.ts'
import { headerFlaws } from './defects/headers.ts'
import { limitFlaws } from './defects/limits.ts'
import { refreshFlaws } from './defects/refresh.ts'
import { registrationFlaws } from './defects/registration.ts'
import { rotationFlaws } from './defects/rotation.ts'
import { sessionListFlaws } from './defects/session-list.ts'
import { signInFlaws } from './defects/sign-in.ts'
import { signOutFlaws } from './defects/sign-out.ts'
import { stepUpFlaws } from './defects/step-up.ts'
import { idsOf, startBackend } from './support/backend.ts'

const flaws = [
  ...signInFlaws,
  ...accessFlaws,
  ...refreshFlaws,
  ...rotationFlaws,
  ...signOutFlaws,
  ...sessionListFlaws,
  ...cookieFlaws,
  ...headerFlaws,
  ...limitFlaws,
  ...eventFlaws,
  ...registrationFlaws,
  ...stepUpFlaws,
]

describe('a server that', () => {
  it.each(flaws)('$flaw breaks $breaks', async ({ breaks, ...flawed }) => {
    const { check } = await startBackend(flawed)
    const report = await check()
    expect(idsOf(report, 'failed')).toEqual(breaks)
    expect(report.isPassed).toBe(false)
  })
})

it('knows a server that breaks it, for every rule', () => {
  const broken = new Set(flaws.flatMap(({ breaks }) => breaks))
  expect(rules.map(({ id }) => id).filter(id => !broken.has(id))).toEqual([])
})
