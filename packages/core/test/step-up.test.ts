import type { SessionOptions, StepUpChallenge } from '@tabkeeper/core'
import type { Lease } from '@tabkeeper/core/http'
import { quiet } from '@tabkeeper/testing'
import { expect, it } from 'vitest'
import { ADA, BOB, eventsOf, openBar } from './bar.ts'

const CHALLENGE: StepUpChallenge = { maxAge: 900_000, acrValues: ['gold'] }
/** What the server gives the user of the first session for the password. */
const STEPPED_UP = {
  access_token: 'stepped-up',
  refresh_token: 'rt.session-1.1',
  expires_in: 3600,
  session: { id: 'session-1' },
}

/** A page with a session of Ada's, and a user who answers when the test says so. */
async function openAsked(options: Partial<SessionOptions> = {}) {
  const bar = openBar()
  const asked: (StepUpChallenge & { signal: AbortSignal })[] = []
  let answer: (value: unknown) => void = () => {}
  let refuse: (error: unknown) => void = () => {}
  const { session } = bar.open({
    onStepUp(challenge, { signal }) {
      asked.push({ ...challenge, signal })
      return new Promise((resolve, reject) => {
        answer = resolve
        refuse = reject
      })
    },
    ...options,
  })
  await session.login(ADA)
  return {
    ...bar,
    session,
    asked,
    answer: (value: unknown) => answer(value),
    refuse: (error: unknown) => refuse(error),
    /** Needs a step-up that nobody answers. */
    ask: () => void session.stepUp(session.lease() as Lease, CHALLENGE).catch(() => {}),
    lease: () => session.lease() as Lease,
  }
}

it('asks the user for what the server wants, and hands out the token that came of it', async () => {
  const { session, asked, answer, lease, server } = await openAsked()
  const events = eventsOf(session)

  const stepped = session.stepUp(lease(), CHALLENGE)
  expect(asked).toMatchObject([CHALLENGE])
  session.adopt(STEPPED_UP)
  answer(undefined)

  expect((await stepped)?.accessToken).toBe('stepped-up')
  expect(events).toEqual(['refreshed'])
  expect(server.counts.refreshes).toBe(0)
})

it('asks once for all that need it, also for one whose refusal arrives late', async () => {
  const { session, asked, answer, lease } = await openAsked()
  const old = lease()

  const both = [session.stepUp(old, CHALLENGE), session.stepUp(old, CHALLENGE)]
  session.adopt(STEPPED_UP)
  answer(true)
  const late = session.stepUp(old, CHALLENGE)

  for (const stepped of [...both, late]) {
    expect((await stepped)?.accessToken).toBe('stepped-up')
  }
  expect((await session.stepUp(old, CHALLENGE))?.accessToken).toBe('stepped-up')
  expect(asked).toHaveLength(1)
})

it('asks again when the new token is not good enough either, or nothing new came', async () => {
  const { session, asked, answer, lease, ask } = await openAsked()
  const old = lease()
  const first = session.stepUp(old, CHALLENGE)
  answer(true) // the server remembers it: the token stays what it is
  const again = (await first) as Lease
  expect(again.accessToken).toBe(old.accessToken)

  const second = session.stepUp(again, CHALLENGE)
  expect(asked).toHaveLength(2)
  session.adopt(STEPPED_UP)
  answer(true)
  await second

  ask()
  expect(asked).toHaveLength(3)
})

it('asks again for a token that came after the step-up, and is not good enough either', async () => {
  const { session, asked, answer, lease } = await openAsked()
  const first = session.stepUp(lease(), CHALLENGE)
  session.adopt(STEPPED_UP)
  answer(true)
  const stepped = (await first) as Lease
  session.adopt({ ...STEPPED_UP, access_token: 'newer' })

  const second = session.stepUp(stepped, CHALLENGE)
  expect(asked).toHaveLength(2)
  answer(true)
  expect(await second).toBe(lease())
})

it.each([
  [
    'resolves with false',
    (page: { answer(value: unknown): void }) => page.answer(false),
    undefined,
  ],
  ['rejects', (page: { refuse(error: unknown): void }) => page.refuse('no, thanks'), 'no, thanks'],
])('fails all that wait when `onStepUp` %s, and the session goes on', async (_, giveUp, cause) => {
  const page = await openAsked()
  const { session, asked, lease, ask } = page
  const state = session.getState()

  const both = [session.stepUp(lease(), CHALLENGE), session.stepUp(lease(), CHALLENGE)]
  const outcomes = both.map(stepped => stepped.catch(error => error))
  giveUp(page)

  for (const outcome of outcomes) {
    expect(await outcome).toMatchObject({ code: 'step-up-cancelled', retryable: false })
    expect((await outcome).cause).toBe(cause)
  }
  expect(session.getState()).toBe(state)
  ask()
  expect(asked).toHaveLength(2)
})

it('takes the no for all that were under way, also with a newer token, and asks who comes after', async () => {
  const { session, asked, answer, lease } = await openAsked()
  const first = session.stepUp(lease(), CHALLENGE).catch(error => error)
  const underWay = [lease()]
  await session.refresh()
  underWay.push(lease())
  answer(false)
  await first

  for (const sent of underWay) {
    await expect(session.stepUp(sent, CHALLENGE)).rejects.toMatchObject({
      code: 'step-up-cancelled',
    })
  }
  expect(asked).toHaveLength(1)

  const after = session.stepUp(lease(), CHALLENGE)
  expect(asked).toHaveLength(2)
  answer(true)
  await after
})

it('takes what `onStepUp` throws for a no', async () => {
  const cause = new Error('no dialog here')
  const { session, lease } = await openAsked({
    onStepUp() {
      throw cause
    },
  })

  await expect(session.stepUp(lease(), CHALLENGE)).rejects.toMatchObject({
    code: 'step-up-cancelled',
    cause,
  })
})

it('frees a caller that gives up, and goes on asking for the others', async () => {
  const { session, asked, answer, lease } = await openAsked()
  const controller = new AbortController()
  const gone = session.stepUp(lease(), CHALLENGE, controller.signal).catch(error => error)
  const other = session.stepUp(lease(), CHALLENGE)

  controller.abort('changed my mind')
  expect(await gone).toBe('changed my mind')
  expect(asked[0]?.signal.aborted).toBe(false)
  answer(true)
  expect(await other).toEqual(lease())
})

it('drops the question when the session ends, and fails who waits with `session-ended`', async () => {
  const { session, asked, lease } = await openAsked()
  const outcome = session.stepUp(lease(), CHALLENGE).catch(error => error)

  await session.logout()

  expect(await outcome).toMatchObject({ code: 'session-ended' })
  expect(asked[0]?.signal.aborted).toBe(true)
})

it('drops the question when somebody else signs in, and asks them nothing for it', async () => {
  const { session, asked, lease } = await openAsked()
  const old = lease()
  const outcome = session.stepUp(old, CHALLENGE).catch(error => error)

  await session.login(BOB)

  expect(await outcome).toMatchObject({ code: 'session-changed' })
  expect(asked[0]?.signal.aborted).toBe(true)
  expect(await session.stepUp(old, CHALLENGE)).toBeNull()
  expect(asked).toHaveLength(1)
})

it('asks whoever signed in meanwhile anew, also for what their page sent as it heard of it', async () => {
  const { session, asked, answer, lease } = await openAsked()
  const outcome = session.stepUp(lease(), CHALLENGE).catch(error => error)
  const sent: Lease[] = []
  session.on('replaced', () => sent.push(lease()))
  await session.login(BOB)
  expect(await outcome).toMatchObject({ code: 'session-changed' })

  const bobs = session.stepUp(sent[0] as Lease, CHALLENGE)
  expect(asked).toHaveLength(2)
  answer(true)
  expect(await bobs).toEqual(lease())
})

it('asks nobody for a caller who has given up already', async () => {
  const { session, asked, lease } = await openAsked()
  const signal = AbortSignal.abort('changed my mind')

  await expect(session.stepUp(lease(), CHALLENGE, signal)).rejects.toBe('changed my mind')
  expect(asked).toEqual([])
})

it('drops the question when the session object is disposed of', async () => {
  const { session, asked, lease } = await openAsked()
  const outcome = session.stepUp(lease(), CHALLENGE).catch(error => error)

  session.dispose()

  expect(await outcome).toMatchObject({ code: 'disposed' })
  expect(asked[0]?.signal.aborted).toBe(true)
})

it('lets the 401 be the answer where there is no `onStepUp`', async () => {
  const { session } = openBar().open()
  await session.login(ADA)

  expect(await session.stepUp(session.lease() as Lease, CHALLENGE)).toBeNull()
})

it('does for the calls of the session what it does for requests', async () => {
  const bar = openBar()
  const tokens: string[] = []
  const { session } = bar.open({
    endpoint: {
      ...bar.server.endpoint,
      async revokeAll(accessToken) {
        tokens.push(accessToken)
        return accessToken === 'stepped-up'
          ? { is: 'answered', value: { revoked: 3 } }
          : { is: 'step-up', challenge: CHALLENGE }
      },
    },
    onStepUp: async challenge => {
      expect(challenge).toEqual(CHALLENGE)
      session.adopt(STEPPED_UP)
    },
  })
  await session.login(ADA)
  const first = await session.getAccessToken()

  expect(await session.logoutAll({ keepCurrent: true })).toEqual({ revoked: 3 })
  expect(tokens).toEqual([first, 'stepped-up'])
  expect(bar.server.counts.refreshes).toBe(0)
})

it('rejects a call of the session with what the server said where there is no `onStepUp`', async () => {
  const bar = openBar()
  const { session } = bar.open({
    endpoint: {
      ...bar.server.endpoint,
      revokeSession: async () => ({ is: 'step-up', challenge: CHALLENGE }),
    },
  })
  await session.login(ADA)

  await expect(session.revokeSession('another')).rejects.toMatchObject({
    code: 'rejected',
    status: 401,
    serverCode: 'insufficient_user_authentication',
  })
  await quiet()
  expect(session.getState()).toMatchObject({ status: 'authenticated', refresh: 'idle' })
  expect(bar.server.counts.refreshes).toBe(0)
})
