// @vitest-environment jsdom
import { type AuthEndpoint, createSession, memoryArea } from '@tabkeeper/core'
import { expect, it } from 'vitest'
import { createApp, defineComponent, effectScope, nextTick, watch } from 'vue'
import { useSession } from '../src/index.ts'

const unused = () => Promise.reject(new Error('not part of this story'))

const endpoint: AuthEndpoint = {
  login: unused,
  register: unused,
  refresh: unused,
  revokeAll: unused,
  listSessions: unused,
  revokeSession: unused,
  revoke: async () => true,
}

const tokens = {
  access_token: 'a0',
  refresh_token: 'r0',
  expires_in: 60,
  session: { id: 's1' },
}

it('shows a stored session in the first render and its end after it', async () => {
  const storage = memoryArea()
  const before = createSession({ app: 'customer', endpoint, storage })
  before.adopt(tokens)
  before.dispose()

  using session = createSession({ app: 'customer', endpoint, storage })
  const container = document.createElement('div')
  const app = createApp(
    defineComponent(() => {
      const state = useSession(session)
      return () => state.value.status
    }),
  )
  app.mount(container)
  expect(container.textContent).toBe('authenticated')

  await session.logout()
  await nextTick()
  expect(container.textContent).toBe('unauthenticated')
  app.unmount()
})

it('tells a watcher of a sign-in, and tells it nothing once its scope has ended', () => {
  using session = createSession({ app: 'customer', endpoint, storage: memoryArea() })
  const seen: string[] = []
  const scope = effectScope()
  scope.run(() => {
    const status = useSession(session, state => state.status)
    watch(status, now => seen.push(now), { flush: 'sync' })
  })
  session.adopt(tokens)
  expect(seen).toEqual(['authenticated'])

  scope.stop()
  session.logout()
  expect(seen).toEqual(['authenticated'])
})
