import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Passwords } from '../src/index.ts'
import { describeOnBoth, type TestDatabase } from './support/databases.ts'
import { password, startServer } from './support/test-server.ts'

const another = 'a quite different staple'
const third = 'the staple of a thief'

/** Checks passwords at once, except one check that waits, its result already known, until it is let go. */
function createSlowPasswords() {
  let next: { arrive(): void; readonly go: Promise<void> } | undefined
  const passwords: Passwords = {
    hash: async text => `plain ${text} ${Math.random()}`,
    async verify(stored, text) {
      const isRight = stored?.startsWith(`plain ${text} `) ?? false
      const held = next
      next = undefined
      held?.arrive()
      await held?.go
      return isRight
    },
    isOutdated: () => false,
  }
  return {
    passwords,
    holdNext() {
      let letGo = () => {}
      const go = new Promise<void>(resolve => {
        letGo = resolve
      })
      const arrived = new Promise<void>(resolve => {
        next = { arrive: resolve, go }
      })
      return { arrived, letGo }
    },
  }
}

describeOnBoth('a password, while another request has one checked,', create => {
  let source: TestDatabase
  beforeAll(async () => {
    source = await create()
  })
  afterAll(() => source.drop())

  async function start() {
    const { passwords, holdNext } = createSlowPasswords()
    const world = await startServer(source, { passwords })
    const login = (email: string, given: string) =>
      world.call('POST', '/login', { body: { email, password: given } })
    const change = (token: string, new_password: string) =>
      world.call('POST', '/password', { token, body: { current_password: password, new_password } })
    return { ...world, holdNext, login, change }
  }

  it('row 10: lets nobody in any more who gave the one before', async () => {
    const { signUp, login, change, holdNext, call, events } = await start()
    const { user, access_token } = await signUp()
    const held = holdNext()
    const late = login(user.email, password)
    await held.arrived
    const changed = await change(access_token, another)
    expect(changed.status).toBe(200)
    held.letGo()
    expect(await late).toMatchObject({ status: 401, body: { code: 'invalid_credentials' } })
    expect(events.at(-1)).toMatchObject({ kind: 'login-failed' })
    const list = await call('GET', '/sessions', { token: changed.body.access_token })
    expect(list.body.total).toBe(1)
    expect(await login(user.email, another)).toMatchObject({ status: 200 })
  })

  it('row 50: is no reauthentication of a session that ended meanwhile', async () => {
    const { signUp, holdNext, call, server, kinds } = await start()
    const { access_token: token, session } = await signUp()
    const held = holdNext()
    const late = call('POST', '/reauthenticate', { token, body: { password } })
    await held.arrived
    await server.store.revokeSession(session.id)
    held.letGo()
    expect(await late).toMatchObject({ status: 401, body: { code: 'session_revoked' } })
    expect(kinds()).not.toContain('reauthenticated')
  })

  it('row 10: is not changed again by whoever knew the one before', async () => {
    const { signUp, login, change, holdNext, kinds } = await start()
    const { user, access_token } = await signUp()
    const { body: thief } = await login(user.email, password)
    const held = holdNext()
    const late = change(thief.access_token, third)
    await held.arrived
    expect(await change(access_token, another)).toMatchObject({ status: 200 })
    held.letGo()
    expect(await late).toMatchObject({ status: 401, body: { code: 'invalid_credentials' } })
    expect(kinds().at(-1)).toBe('password-change-failed')
    expect(await login(user.email, third)).toMatchObject({ status: 401 })
    expect(await login(user.email, another)).toMatchObject({ status: 200 })
  })
})
