// @vitest-environment dom
import { createSession, memoryArea, mirroredArea, type Session } from '@tabkeeper/core'
import { quiet, until, virtualBar } from '@tabkeeper/testing'
import { createPinia, defineStore } from 'pinia'
import { describe, expect, it, vi } from 'vitest'
import {
  computed,
  createSSRApp,
  defineComponent,
  effectScope,
  h,
  isReactive,
  isRef,
  nextTick,
  reactive,
  Suspense,
  watch,
} from 'vue'
import { renderToString } from 'vue/server-renderer'
import { useLogin, useSession, useSessionList, useStepUp } from '../src/index.ts'
import { expectNoComplaints, hydrate, mount, mountWith } from './mount.ts'
import { defineSessionStore } from './recipes/pinia.ts'

const ADA = { email: 'ada@bar.test', password: 'right' }
const HOUR = 3_600_000

expectNoComplaints()

/** Ada signs in, and leaves the page: what follows starts from what is stored. */
async function signIn(session: Session) {
  await session.login(ADA)
  session.dispose()
}

describe('K01: a page that a server has rendered', () => {
  /** What a server renders, and what a browser makes of it with this session. */
  async function openPage(session: Session) {
    const seen: string[] = []
    const Line = defineComponent(() => {
      const status = useSession(session, state => ({ status: state.status }))
      const { value } = computed(() => status.value.status)
      seen.push(value)
      return () => h('small', status.value.status)
    })
    const Page = defineComponent(() => {
      const state = useSession(session)
      const list = useSessionList(session)
      const login = useLogin(session)
      const question = useStepUp(session)
      watch(
        () => state.value.status,
        status => seen.push(status),
        { immediate: true, flush: 'sync' },
      )
      return () => [
        h(
          'p',
          `${state.value.status} ${list.value.loading} ${login.value.pending} ${question.value}`,
        ),
        h(Line),
      ]
    })
    const markup = await renderToString(createSSRApp(Page))
    expect(new Set(seen)).toEqual(new Set(['loading']))
    seen.length = 0
    const { container } = hydrate(markup, Page)
    const first = container.innerHTML
    const adopted = container.firstElementChild
    await until(() => container.textContent?.includes('loading') === false)
    await quiet()
    expect(container.firstElementChild).toBe(adopted)
    return { markup, first, seen, container }
  }

  it('K01: is the same at first, and nobody who is signed in is seen signed out on the way', async () => {
    const { browser, open } = virtualBar()
    const tab = browser.openTab()
    await signIn(open({}, tab))
    const { markup, first, seen, container } = await openPage(open({}, tab))
    expect(first).toBe(markup)
    expect(markup).toContain('<p>loading true false null</p><small>loading</small>')
    expect([...new Set(seen)]).toEqual(['loading', 'authenticated'])
    expect(container.textContent).toBe('authenticated false false nullauthenticated')
  })

  it('K01: shows as nobody only who is known to be nobody', async () => {
    const { markup, first, seen, container } = await openPage(virtualBar().open())
    expect(first).toBe(markup)
    expect([...new Set(seen)]).toEqual(['loading', 'unauthenticated'])
    expect(container.textContent).toBe('unauthenticated false false nullunauthenticated')
  })
})

it('K02: a ref has the same object until something changes', async () => {
  const { clock, open } = virtualBar()
  const session = open()
  await session.login(ADA)
  const refs = mountWith(() => [
    useSession(session),
    useSession(session, state => ({ status: state.status })),
    useSessionList(session),
    useLogin(session),
    useStepUp(session),
  ]).result
  await until(() => JSON.stringify(refs[2]?.value).includes('"loading":false'))
  const before = refs.map(({ value }) => value)

  clock.jump(HOUR / 2)
  await session.refresh()
  expect(refs[0]?.value).not.toBe(before[0])
  for (const i of [1, 2, 3, 4]) expect(refs[i]?.value).toBe(before[i])
})

describe('K04: a component that comes, goes and comes again', () => {
  it('K04: while the session is restored, restores it once', async () => {
    /** How often storage is read until a component shows what is there, of which so many came and went. */
    async function readsAfter(comings: number): Promise<number> {
      const { open } = virtualBar()
      const files = new Map<string, string>()
      let reads = 0
      const storage = await mirroredArea(
        {
          async read(key) {
            reads++
            await quiet()
            return files.get(key) ?? null
          },
          write: async (key, value) => files.set(key, value),
          erase: async key => files.delete(key),
        },
        { app: 'admin' },
      )
      await signIn(open({ storage }))
      await quiet(30)
      reads = 0
      const session = open({ storage })
      const show = () => mountWith(() => useSession(session))
      for (let i = 0; i < comings; i++) show().unmount()
      const { result } = show()
      await quiet(30)
      expect(result.value.status).toBe('authenticated')
      return reads
    }
    const reads = await readsAfter(0)
    expect(reads).toBeGreaterThan(0)
    expect(await readsAfter(3)).toBe(reads)
  })

  it('K04: under Suspense asks for the list once, and not at all for who never came', async () => {
    const { server, open } = virtualBar()
    let asked = 0
    const session = open({
      endpoint: {
        ...server.endpoint,
        async listSessions() {
          asked++
          return { is: 'answered', value: [] }
        },
      },
    })
    await session.login(ADA)
    const page = () => {
      const Page = defineComponent(async () => {
        const list = useSessionList(session)
        await quiet()
        return () => `${list.value.sessions?.length} sessions`
      })
      return mount(
        defineComponent(
          () => () => h(Suspense, null, { default: () => h(Page), fallback: () => '…' }),
        ),
      )
    }
    page().unmount()
    await quiet(10)
    expect(asked).toBe(0)
    const { container } = page()
    await until(() => container.textContent === '0 sessions')
    expect(asked).toBe(1)
  })
})

describe('K05: in a component and in a store', () => {
  it('K05: a page shows who signs in, by either', async () => {
    const session = virtualBar().open()
    const useAuth = defineSessionStore(session)
    const name = (user: unknown) => (user as { name?: string } | null)?.name ?? 'nobody'
    const Page = defineComponent(() => {
      const state = useSession(session)
      const auth = useAuth()
      return () => `${state.value.status} ${auth.state.status} ${name(auth.user)}`
    })
    const { container } = mount(Page, app => app.use(createPinia()))
    expect(container.textContent).toBe('unauthenticated unauthenticated nobody')
    await session.login(ADA)
    await nextTick()
    expect(container.textContent).toBe(`authenticated authenticated ${ADA.email}`)
  })

  it('K05: a store goes on when the component that used it first is gone', async () => {
    const session = virtualBar().open()
    const useAuth = defineSessionStore(session)
    const pinia = createPinia()
    mount(
      defineComponent(() => {
        useAuth()
        return () => null
      }),
      app => app.use(pinia),
    ).unmount()
    await session.login(ADA)
    expect(useAuth(pinia).state).toMatchObject({ status: 'authenticated' })
  })

  it('K05: neither the session nor its state is wrapped or probed, and waiting for it does not hang', async () => {
    const session = virtualBar().open()
    expect(await session).toBe(session)
    expect(isRef(session)).toBe(false)
    const state = useSession(session)
    expect(isRef(state)).toBe(true)
    expect(isReactive(state.value)).toBe(false)
    expect(state.value).toBe(session.getState())

    const useHolder = defineStore('holder', () => ({ session, held: reactive({ session }) }))
    const holder = useHolder(createPinia())
    await holder.held.session.login(ADA)
    expect(holder.session.getState()).toBe(session.getState())
    expect(state.value).toMatchObject({ status: 'authenticated', user: { name: ADA.email } })
    await session.logout()
    expect(state.value.status).toBe('unauthenticated')
  })
})

it('K08: an app that is active again catches up with one refresh, and shows it', async () => {
  const { browser, clock, server, open } = virtualBar()
  const tab = browser.openTab()
  let active = () => {}
  tab.world.watch = (_keys, _channel, signals) => {
    active = signals.changed
    return { publish() {}, stop() {} }
  }
  const session = open({}, tab)
  await session.login(ADA)
  const { result } = mountWith(() =>
    useSession(session, state => (state.status === 'authenticated' ? state.expiresAt : null)),
  )
  const before = result.value ?? 0
  clock.jump(8 * HOUR)
  active()
  await Promise.all([1, 2, 3].map(() => session.getAccessToken()))
  expect(server.counts.refreshes).toBe(1)
  expect(result.value).toBeGreaterThan(before)
})

it('a watcher hears of a sign-in, and of nothing once its scope has ended', async () => {
  const session = virtualBar().open()
  const seen: string[] = []
  const scope = effectScope()
  scope.run(() => {
    const status = useSession(session, state => state.status)
    watch(status, now => seen.push(now), { flush: 'sync' })
  })
  await session.login(ADA)
  expect(seen).toEqual(['authenticated'])
  scope.stop()
  await session.logout()
  expect(seen).toEqual(['authenticated'])
})

describe('F12: a page that is shown and hidden', () => {
  function turn(visibility: 'hidden' | 'visible') {
    vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(visibility)
    document.dispatchEvent(new Event('visibilitychange'))
    window.dispatchEvent(new Event(visibility === 'visible' ? 'focus' : 'blur'))
  }

  it('F12: ten changes of visibility without news are not one render, and one with news is', async () => {
    const storage = memoryArea()
    const { endpoint } = virtualBar().server
    using session = createSession({ app: 'admin', endpoint, storage })
    await session.login(ADA)
    const { container, renders } = mountWith(
      () => ({
        state: useSession(session),
        selected: useSession(session, ({ status }) => ({ status })),
        list: useSessionList(session),
        login: useLogin(session),
        question: useStepUp(session),
      }),
      ({ state, selected, list, login, question }) =>
        `${state.value.status} ${selected.value.status} ${list.value.sessions?.length} ${login.value.pending} ${question.value}`,
    )
    await until(() => container.textContent === 'authenticated authenticated 0 false null')
    const before = renders()
    for (let i = 0; i < 10; i++) {
      turn(i % 2 === 0 ? 'hidden' : 'visible')
      await quiet()
    }
    expect(renders()).toBe(before)

    for (const key of ['admin_token', 'admin_refresh_token', 'tabkeeper:admin']) storage.erase(key)
    turn('visible')
    await nextTick()
    expect(container.textContent).toContain('unauthenticated')
  })
})
