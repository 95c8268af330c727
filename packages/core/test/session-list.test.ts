import { type AuthEndpoint, SessionError, type SessionInfo } from '@tabkeeper/core'
import { createSessionList } from '@tabkeeper/core/bindings'
import { quiet } from '@tabkeeper/testing'
import { expect, it } from 'vitest'
import { ADA, BOB, openBar } from './bar.ts'
import { watch } from './watch.ts'

const place = (id: string, current = false): SessionInfo => ({
  id,
  current,
  clientId: 'admin',
  device: { label: id, userAgent: null },
  ip: null,
  createdAt: '2030-01-01T00:00:00Z',
  lastSeenAt: '2030-01-01T00:00:00Z',
  expiresAt: null,
})

const offline = () => new SessionError('unreachable', 'no network')

interface Deferred<T> {
  readonly promise: Promise<T>
  resolve(value: T): void
  reject(error: unknown): void
}

function deferred<T>(): Deferred<T> {
  let resolve: Deferred<T>['resolve'] = () => {}
  let reject: Deferred<T>['reject'] = () => {}
  const promise = new Promise<T>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}

/** A page with a list whose answers are given by hand. */
async function openList(changed: Partial<AuthEndpoint> = {}) {
  const bar = openBar()
  const asked: (Deferred<readonly SessionInfo[]> & { signal: AbortSignal })[] = []
  const { session } = bar.open({
    endpoint: bar.endpoint({
      async listSessions(_token, { signal }) {
        const question = { ...deferred<readonly SessionInfo[]>(), signal }
        // It has one, always; only the port says that it might not.
        asked.push(question as (typeof asked)[number])
        return { is: 'answered', value: await question.promise }
      },
      ...changed,
    }),
  })
  await session.login(ADA)
  const list = createSessionList(session)
  return {
    ...bar,
    session,
    list,
    asked,
    async answer(...sessions: SessionInfo[]) {
      asked.at(-1)?.resolve(sessions)
      await quiet()
    },
  }
}

it('asks nothing before somebody looks, and once however often they look away and back', async () => {
  const { list, asked, answer } = await openList()
  await quiet()
  expect(asked).toHaveLength(0)

  watch(list).stop()
  const { seen, now } = watch(list)
  watch(list)
  await quiet()
  expect(asked).toHaveLength(1)
  expect(seen).toEqual([])
  expect(now()).toMatchObject({ sessions: null, loading: true })

  await answer(place('here', true), place('phone'))
  expect(seen).toHaveLength(1)
  expect(now()).toMatchObject({ loading: false, error: null })
  expect(now().sessions?.map(({ id }) => id)).toEqual(['here', 'phone'])
  expect(now()).toBe(now())
})

it('calls the question off when nobody looks any more, and shows a late answer to nobody', async () => {
  const { list, asked, answer } = await openList()
  const { stop, seen } = watch(list)
  await quiet()
  stop()
  expect(asked[0]?.signal.aborted).toBe(true)
  await answer(place('here', true))
  expect(seen).toEqual([])
  expect(list.getState()).toMatchObject({ sessions: null, loading: true })
})

it('shows nobody the answer of the one before, and asks anew for the next', async () => {
  const { session, list, asked, answer } = await openList()
  const { now } = watch(list)
  await quiet()
  await answer(place('of-ada', true))
  void now().reload()
  await session.login(BOB)
  expect(now()).toMatchObject({ sessions: null, loading: true })
  await quiet()
  expect(asked).toHaveLength(3)
  expect(asked[1]?.signal.aborted).toBe(true)
  asked[1]?.resolve([place('of-ada', true)])
  await quiet()
  expect(now().sessions).toBeNull()
  await answer(place('of-bob', true))
  expect(now().sessions?.map(({ id }) => id)).toEqual(['of-bob'])
})

it('is empty and still while nobody is signed in, and loads at the sign-in', async () => {
  const { session, list, asked, answer } = await openList()
  const { now } = watch(list)
  await quiet()
  await answer(place('here', true))
  await session.logout()
  expect(now()).toMatchObject({ sessions: null, loading: false, error: null })
  await quiet()
  expect(asked).toHaveLength(1)
  await session.login(ADA)
  await quiet()
  expect(asked).toHaveLength(2)
})

it('joins a question that is under way', async () => {
  const { list, asked, answer } = await openList()
  const { now } = watch(list)
  await quiet()
  const both = [now().reload(), now().reload()]
  await answer(place('here', true))
  expect(await Promise.all(both)).toEqual([true, true])
  expect(asked).toHaveLength(1)
})

it('tells why a call came to nothing, until the next begins', async () => {
  const { list, asked, answer } = await openList()
  const { now } = watch(list)
  await quiet()
  await answer(place('here', true))
  const again = now().reload()
  expect(now()).toMatchObject({ loading: true, error: null })
  await quiet()
  asked.at(-1)?.reject(offline())
  expect(await again).toBe(false)
  expect(now()).toMatchObject({ loading: false, error: { code: 'unreachable' } })
  expect(now().sessions).toHaveLength(1)
  void now().reload()
  expect(now().error).toBeNull()
})

it('rejects for a mistake in the code, and waits for nothing any more', async () => {
  const { list, asked, answer } = await openList()
  const { now } = watch(list)
  await quiet()
  await answer(place('here', true))
  const again = now().reload()
  await quiet()
  asked.at(-1)?.reject(new TypeError('a mistake'))
  await expect(again).rejects.toThrow('a mistake')
  expect(now()).toMatchObject({ loading: false, error: null })
})

it('keeps what is being ended in the list until the server has agreed, and never shows it again', async () => {
  const gate = deferred<void>()
  const calls: string[] = []
  const { list, answer } = await openList({
    async revokeSession(_token, id) {
      calls.push(id)
      await gate.promise
      return { is: 'answered', value: undefined }
    },
  })
  const { now } = watch(list)
  await quiet()
  await answer(place('here', true), place('phone'))
  void now().reload()
  const both = [now().revoke('phone'), now().revoke('phone')]
  await quiet()
  expect(now().ending).toEqual(['phone'])
  expect(now().sessions).toHaveLength(2)

  gate.resolve()
  expect(await Promise.all(both)).toEqual([true, true])
  expect(calls).toEqual(['phone'])
  expect(now().ending).toEqual([])
  expect(now().sessions?.map(({ id }) => id)).toEqual(['here'])
  // The answer to a question from before the end.
  await answer(place('here', true), place('phone'))
  expect(now().sessions?.map(({ id }) => id)).toEqual(['here'])
})

it('leaves in the list what could not be ended', async () => {
  const { list, answer } = await openList({
    revokeSession: () => Promise.reject(offline()),
  })
  const { now } = watch(list)
  await quiet()
  await answer(place('here', true), place('phone'))
  expect(await now().revoke('phone')).toBe(false)
  expect(now()).toMatchObject({ ending: [], error: { code: 'unreachable' } })
  expect(now().sessions).toHaveLength(2)
})

it('ends the others at once, and its own by signing out', async () => {
  const { list, answer, session, server } = await openList({
    revokeAll: async (_token, { keepCurrent }) => ({
      is: 'answered',
      value: { revoked: keepCurrent ? 2 : 3 },
    }),
  })
  const { now, seen } = watch(list)
  await quiet()
  await answer(place('here', true), place('phone'), place('desk'))
  const ending = now().revokeOthers()
  expect(now().ending).toEqual(['phone', 'desk'])
  expect(await ending).toBe(true)
  expect(now().sessions?.map(({ id }) => id)).toEqual(['here'])
  expect(seen.at(-1)?.ending).toEqual([])

  expect(await now().revoke('here')).toBe(true)
  expect(session.getState()).toEqual({ status: 'unauthenticated', reason: 'logout' })
  expect(server.counts.revocations).toBe(1)
})

it('`listSessions` frees a caller that gives up', async () => {
  const { session, asked } = await openList()
  const controller = new AbortController()
  const outcome = session.listSessions({ signal: controller.signal }).catch(error => error)
  await quiet()
  controller.abort('gone')
  expect(await outcome).toBe('gone')
  expect(asked[0]?.signal.aborted).toBe(true)
  await expect(session.listSessions({ signal: controller.signal })).rejects.toBe('gone')

  // A time-out of the caller's is the caller's own word for it.
  const patience = new DOMException('too long', 'TimeoutError')
  const impatient = new AbortController()
  const late = session.listSessions({ signal: impatient.signal }).catch(error => error)
  await quiet()
  impatient.abort(patience)
  expect(await late).toBe(patience)
  expect(asked).toHaveLength(2)
})
