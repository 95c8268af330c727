import { createLogin, EMPTY_LOGIN } from '@tabkeeper/core/bindings'
import { expect, it } from 'vitest'
import { ADA, openBar } from './bar.ts'
import { watch } from './watch.ts'

it('sends what is in its fields, once however often it is sent, and is empty after it', async () => {
  const { open } = openBar()
  const { session } = open()
  const { now, seen } = watch(createLogin(session, EMPTY_LOGIN))
  now().change({ email: ADA.email })
  now().change({ password: ADA.password })
  expect(now().fields).toEqual({ ...ADA, remember: true })

  let isPrevented = false
  const event = {
    preventDefault() {
      isPrevented = true
    },
  }
  const [first, second] = [now().submit(event), now().submit()]
  expect(isPrevented).toBe(true)
  expect(now().pending).toBe(true)
  expect(await Promise.all([first, second])).toEqual([true, false])
  expect(now()).toMatchObject({ pending: false, error: null, fields: EMPTY_LOGIN })
  expect(session.getState()).toMatchObject({ user: { name: ADA.email }, persistence: 'local' })
  expect(seen).toHaveLength(4)
})

it('keeps the fields and says why when it is refused', async () => {
  const { open } = openBar()
  const { session } = open()
  const { now } = watch(createLogin(session, { email: ADA.email, password: 'wrong' }))
  expect(await now().submit()).toBe(false)
  expect(now()).toMatchObject({
    pending: false,
    error: { code: 'invalid-credentials' },
    fields: { email: ADA.email, password: 'wrong' },
  })
  now().change({ password: ADA.password })
  expect(await now().submit()).toBe(true)
  expect(now().error).toBeNull()
})

it('keeps to one tab who does not want to be remembered', async () => {
  const { open } = openBar()
  const { session } = open()
  const login = createLogin(session, { ...ADA, remember: false })
  await login.getState().submit()
  expect(session.getState()).toMatchObject({ persistence: 'tab' })
})

it('rejects for a mistake in the code, and can be sent again', async () => {
  const { open } = openBar()
  const { session } = open({
    endpoint: {
      ...openBar().server.endpoint,
      login: () => Promise.reject(new TypeError('a mistake')),
    },
  })
  const { now } = watch(createLogin(session, ADA))
  await expect(now().submit()).rejects.toThrow('a mistake')
  expect(now()).toMatchObject({ pending: false, error: null })
})
