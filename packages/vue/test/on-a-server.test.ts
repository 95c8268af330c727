import { createSession, memoryArea, type Session } from '@tabkeeper/core'
import { manualClock, rotatingServer, virtualBar } from '@tabkeeper/testing'
import { createPinia } from 'pinia'
import { describe, expect, it, vi } from 'vitest'
import { createSSRApp, defineComponent, h } from 'vue'
import { renderToString } from 'vue/server-renderer'
import {
  createSessionContext,
  sessionGuard,
  useLogin,
  useSession,
  useSessionList,
  useStepUp,
} from '../src/index.ts'
import { defineSessionStore } from './recipes/pinia.ts'

const { endpoint } = rotatingServer({ clock: manualClock() })

/** The session of an app's module, which a server shares between all that it renders for. */
const shared = createSession({ app: 'customer', endpoint })

describe('K03: two renders on one server', () => {
  const { provideSession, useCurrentSession, useSession: useOwn } = createSessionContext(shared)

  /** What a request of one person's may have for itself. */
  function openRequest(name: string) {
    const session = createSession({ app: 'customer', endpoint, storage: memoryArea() })
    session.adopt({ access_token: `token-of-${name}`, expires_in: 3600, user: { name } })
    const listeners = vi.spyOn(session, 'subscribe')
    const Orders = defineComponent(async () => {
      const own = useCurrentSession()
      const state = useOwn()
      // The other one's render goes on meanwhile.
      await new Promise(done => setImmediate(done))
      const token = await own.getAccessToken()
      return () => h('p', `${state.value.status}: orders for ${token}`)
    })
    const Page = defineComponent(() => {
      provideSession(session)
      return () => h(Orders)
    })
    return { session, listeners, page: () => renderToString(createSSRApp(Page)) }
  }

  it('K03: that go on at the same time have nothing of each other', async () => {
    const requests = ['ada', 'bob'].map(openRequest)
    const markup = await Promise.all(requests.map(({ page }) => page()))
    // Whoever is there, the markup is what the first render in a browser is.
    expect(markup).toEqual([
      '<p>loading: orders for token-of-ada</p>',
      '<p>loading: orders for token-of-bob</p>',
    ])
    for (const { session, listeners } of requests) {
      expect(listeners).not.toHaveBeenCalled()
      session.dispose()
    }
  })

  it('K03: keep nothing in the session of the module, nor in what is sent along', async () => {
    const subscribe = vi.spyOn(shared, 'subscribe')
    const on = vi.spyOn(shared, 'on')
    const useAuth = defineSessionStore(shared)
    const Page = defineComponent(
      (props: { session: Session }) => {
        const list = useSessionList(props.session)
        const login = useLogin(props.session)
        const question = useStepUp(props.session)
        const auth = useAuth()
        return () =>
          JSON.stringify([auth.state, list.value.sessions, login.value.pending, question.value])
      },
      { props: ['session'] },
    )
    const render = async () => {
      const pinia = createPinia()
      const markup = await renderToString(createSSRApp(Page, { session: shared }).use(pinia))
      return [markup, JSON.stringify(pinia.state.value)]
    }
    const first = await render()
    expect(await render()).toEqual(first)
    expect(first[0]?.replaceAll('&quot;', '"')).toBe('[{"status":"loading"},null,false,null]')
    expect(first[1]).toBe('{"session":{}}')
    expect(subscribe).not.toHaveBeenCalled()
    expect(on).not.toHaveBeenCalled()
  })

  it('K03: are not kept waiting by a guard, as the session of the module sleeps', async () => {
    const to = { path: '/orders', fullPath: '/orders', meta: {}, query: {} }
    expect(await sessionGuard(shared)(to)).toBe(true)
  })
})

it('K07: is imported and used without a window, a timer or a listener', async () => {
  expect(globalThis).not.toHaveProperty('window')
  const traces = [
    vi.spyOn(globalThis, 'setTimeout'),
    vi.spyOn(globalThis, 'setInterval'),
    vi.spyOn(EventTarget.prototype, 'addEventListener'),
    vi.spyOn(process, 'on'),
  ]
  vi.resetModules()
  const fresh = await import('../src/index.ts')
  expect(fresh.useSession).not.toBe(useSession)
  for (const trace of traces) expect(trace).not.toHaveBeenCalled()
  vi.restoreAllMocks()

  const session = virtualBar().open()
  await session.login({ email: 'ada@bar.test', password: 'right' })
  expect(fresh.useSession(session).value).toMatchObject({ status: 'authenticated' })
})
