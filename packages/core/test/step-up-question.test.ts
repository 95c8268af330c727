import { createStepUpQuestion } from '@tabkeeper/core/bindings'
import type { Lease } from '@tabkeeper/core/http'
import { expect, it } from 'vitest'
import { ADA, BOB, openBar } from './bar.ts'
import { watch } from './watch.ts'

const CHALLENGE = { maxAge: 900_000, acrValues: [] }
const STEPPED_UP = {
  access_token: 'stepped-up',
  refresh_token: 'rt.session-1.1',
  expires_in: 3600,
  session: { id: 'session-1' },
}

/** A page whose requests need a step-up when the test says so. */
async function openQuestion() {
  const { session } = openBar().open()
  await session.login(ADA)
  const ask = () =>
    session.stepUp(session.lease() as Lease, CHALLENGE).then(
      lease => lease?.accessToken ?? null,
      error => error.code,
    )
  return { session, ask, ...watch(createStepUpQuestion(session)) }
}

it('is there until it is answered, and the tokens that came of it are taken up', async () => {
  const { now, ask } = await openQuestion()
  expect(now().question).toBeNull()
  const outcome = ask()
  const { question } = now()
  expect(question).toMatchObject(CHALLENGE)
  question?.confirm(STEPPED_UP)
  expect(now().question).toBeNull()
  expect(await outcome).toBe('stepped-up')
})

it('is there until the user declines', async () => {
  const { now, ask } = await openQuestion()
  const outcome = ask()
  now().question?.cancel()
  expect(await outcome).toBe('step-up-cancelled')
  expect(now().question).toBeNull()
})

it('stays open when the tokens that were given are none', async () => {
  const { now, ask } = await openQuestion()
  const outcome = ask()
  expect(() => now().question?.confirm({ access_token: '' })).toThrow(TypeError)
  now().question?.confirm(STEPPED_UP)
  expect(await outcome).toBe('stepped-up')
})

it('is gone with its session, and a late answer to it signs nobody in', async () => {
  const { now, ask, session } = await openQuestion()
  const outcome = ask()
  const { question } = now()
  await session.login(BOB)
  expect(await outcome).toBe('session-changed')
  expect(now().question).toBeNull()

  void ask()
  expect(now().question).not.toBe(question)
  question?.confirm(STEPPED_UP)
  expect(now().question).not.toBeNull()
  expect(session.getState()).toMatchObject({ user: { name: BOB.email } })
})

it('is cancelled when nobody looks any more, and the next 401 is the caller’s', async () => {
  const { ask, stop } = await openQuestion()
  const outcome = ask()
  stop()
  expect(await outcome).toBe('step-up-cancelled')
  expect(await ask()).toBeNull()
})

it('is asked by the one that came last, and by the one before when that is gone', async () => {
  const { ask, now, session } = await openQuestion()
  const later = watch(createStepUpQuestion(session))
  const first = ask()
  expect([now().question, later.now().question]).toEqual([null, expect.anything()])
  later.now().question?.cancel()
  await first
  later.stop()
  later.stop()

  const second = ask()
  now().question?.cancel()
  expect(await second).toBe('step-up-cancelled')
})
