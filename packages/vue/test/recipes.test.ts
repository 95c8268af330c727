// @vitest-environment dom
import { readFileSync } from 'node:fs'
import type { Session, SessionState } from '@tabkeeper/core'
import { handTurnedSession, quiet, until, virtualBar } from '@tabkeeper/testing'
import {
  onlineManager,
  type QueryClient,
  useMutation,
  useQuery,
  VueQueryPlugin,
} from '@tanstack/vue-query'
import { createPinia, defineStore, setActivePinia } from 'pinia'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createApp, createSSRApp, defineComponent, h, nextTick, ref } from 'vue'
import { renderToString } from 'vue/server-renderer'
import {
  createMemoryHistory,
  createRouter,
  type RouteRecordRaw,
  type Router,
  RouterView,
} from 'vue-router'
import { sessionGuard, useSession } from '../src/index.ts'
import { expectNoComplaints, mount } from './mount.ts'
import { forgetWithSession } from './recipes/pinia.ts'
import { createQueryClient } from './recipes/tanstack-query.ts'
import { guardRoutes } from './recipes/vue-router.ts'
import { mountGuarded } from './recipes/vue-router-hydrated.ts'

const ADA = { email: 'ada@bar.test', password: 'right' }
const BOB = { email: 'bob@bar.test', password: 'right' }

expectNoComplaints()

it.each([
  ['vue-router', 'vue-router.ts'],
  ['vue-router', 'vue-router-hydrated.ts'],
  ['tanstack-query', 'tanstack-query.ts'],
  ['pinia', 'pinia.ts'],
])('docs/recipes/%s.md shows %s as it is tested', (page, file) => {
  const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')
  expect(read(`../../../docs/recipes/${page}.md`)).toContain(
    `\`\`\`ts\n${read(`recipes/${file}`)}\`\`\`\n`,
  )
})

describe('Vue Router', () => {
  const words = (text: string) => defineComponent(() => () => h('p', text))
  const routes: RouteRecordRaw[] = [
    { path: '/', component: words('Home'), meta: { public: true } },
    { path: '/orders', component: words('Orders') },
    { path: '/sign-in', component: words('Who are you?') },
  ]
  const openRouter = (): Router => createRouter({ history: createMemoryHistory(), routes })

  async function openApp(start: string) {
    const session = virtualBar().open()
    const router = openRouter()
    guardRoutes(router, session)
    await router.push(start)
    const { container } = mount(RouterView, app => app.use(router))
    return { session, router, container, where: () => router.currentRoute.value.fullPath }
  }

  it('asks who is there and leads back to where they wanted to go', async () => {
    const { session, router, where, container } = await openApp('/orders?open=1#last')
    expect(where()).toMatch('/sign-in?returnTo=')
    expect(router.currentRoute.value.query).toEqual({ returnTo: '/orders?open=1#last' })
    expect(container.textContent).toBe('Who are you?')

    await session.login(ADA)
    await until(() => container.textContent === 'Orders')
    expect(where()).toBe('/orders?open=1#last')

    await session.logout()
    await until(() => container.textContent === 'Who are you?')
    expect(router.currentRoute.value.query).toEqual({ returnTo: '/orders?open=1#last' })
  })

  it('lets everybody see what is for everybody', async () => {
    const { session, where } = await openApp('/')
    await session.login(ADA)
    await session.logout()
    await quiet()
    expect(where()).toBe('/')
  })

  it.each(['//evil.test', '/\\evil.test', 'https://evil.test', 'javascript:alert(1)', '/sign-in'])(
    'leads to no page of others, nor in circles: %s',
    async returnTo => {
      const { session, where } = await openApp(`/sign-in?returnTo=${encodeURIComponent(returnTo)}`)
      await session.login(ADA)
      await until(() => where() === '/')
    },
  )

  it('K01: waits until it is known who is there, and leads nobody away before', async () => {
    const known: SessionState = {
      status: 'authenticated',
      user: null,
      sessionId: 's1',
      expiresAt: null,
      refresh: 'idle',
      persistence: 'local',
    }
    const session = handTurnedSession<unknown>({ status: 'loading' })
    const to = { path: '/orders', fullPath: '/orders', meta: {}, query: {} }
    const verdicts: unknown[] = []
    const judge = () => void sessionGuard(session)(to).then(verdict => verdicts.push(verdict))
    judge()
    judge()
    await quiet()
    session.become({ status: 'loading' })
    await quiet()
    expect(verdicts).toEqual([])
    session.become(known)
    await quiet()
    expect(verdicts).toEqual([true, true])
    expect(session.listeners.size).toBe(0)
  })

  it('K01: adopts the page that a server has rendered before it leads anybody away from it', async () => {
    const session = virtualBar().open()
    const App = defineComponent(() => {
      const state = useSession(session)
      return () => [h('small', state.value.status), h(RouterView)]
    })
    const onServer = openRouter()
    await onServer.push('/orders')
    const markup = await renderToString(createSSRApp(App).use(onServer))
    expect(markup).toContain('<small>loading</small><p>Orders</p>')

    const root = document.createElement('div')
    root.id = 'app'
    root.innerHTML = markup
    document.body.append(root)
    onTestFinished(() => root.remove())
    const adopted = root.querySelector('small')
    const router = openRouter()
    void router.push('/orders')
    const app = createSSRApp(App)
    onTestFinished(() => app.unmount())
    await mountGuarded(app, router, session)
    await until(() => root.textContent === 'unauthenticatedWho are you?')
    expect(root.querySelector('small')).toBe(adopted)
  })
})

describe('TanStack Query', () => {
  const nameIn = (session: Session) => {
    const state = session.getState()
    return state.status === 'authenticated' ? (state.user as { name: string }).name : 'nobody'
  }

  /** A page that shows, with each answer, who was there when it was asked for. */
  function openApp() {
    const session = virtualBar().open()
    const queries: QueryClient = createQueryClient(session)
    onTestFinished(() => queries.clear())
    const asked: string[] = []
    const seen = new Set<string>()
    let gate: Promise<unknown> = Promise.resolve()
    const Orders = defineComponent(() => {
      const { data } = useQuery({
        queryKey: ['orders'],
        async queryFn() {
          const name = nameIn(session)
          asked.push(name)
          await gate
          return name
        },
      })
      const name = useSession(session, () => nameIn(session))
      return () => {
        if (data.value) seen.add(`${name.value} sees what is ${data.value}’s`)
        return data.value ? `of ${data.value}` : 'loading'
      }
    })
    return {
      session,
      asked,
      seen,
      queries,
      show: (component = Orders) =>
        mount(component, app => app.use(VueQueryPlugin, { queryClient: queries })),
      holdAnswers() {
        let release = () => {}
        gate = new Promise<void>(resolve => {
          release = resolve
        })
        return release
      },
    }
  }

  it('E07: shows the next nothing of the one before, on a page that stays', async () => {
    const { session, asked, seen, show, holdAnswers } = openApp()
    await session.login(ADA)
    const { container } = show()
    await until(() => container.textContent === `of ${ADA.email}`)
    const release = holdAnswers()
    await session.login(BOB)
    await nextTick()
    expect(container.textContent).toBe('loading')
    release()
    await until(() => container.textContent === `of ${BOB.email}`)
    expect(asked).toEqual([ADA.email, BOB.email])
    expect(seen).toEqual(
      new Set([ADA.email, BOB.email].map(name => `${name} sees what is ${name}’s`)),
    )
  })

  it('E07: drops an answer that comes after its session', async () => {
    const { session, seen, show, holdAnswers } = openApp()
    await session.login(ADA)
    const release = holdAnswers()
    const { container } = show()
    await session.login(BOB)
    release()
    await until(() => container.textContent === `of ${BOB.email}`)
    await quiet()
    expect(seen).toEqual(new Set([`${BOB.email} sees what is ${BOB.email}’s`]))
  })

  it('E03: runs nobody’s queued change as somebody else', async () => {
    const { session, show } = openApp()
    onTestFinished(() => onlineManager.setOnline(true))
    const sent: string[] = []
    await session.login(ADA)
    const useOrder = () => useMutation({ mutationFn: async (what: string) => sent.push(what) })
    let order: ReturnType<typeof useOrder> | undefined
    show(
      defineComponent(() => {
        order = useOrder()
        return () => 'loading'
      }),
    )
    onlineManager.setOnline(false)
    order?.mutate('a pint for Ada')
    await until(() => order?.isPaused.value === true)
    await session.login(BOB)
    onlineManager.setOnline(true)
    await quiet(10)
    expect(sent).toEqual([])
  })
})

describe('Pinia', () => {
  it('E07: stores forget with the session, but for those that are for everybody', async () => {
    const session = virtualBar().open()
    const pinia = createPinia().use(forgetWithSession(session))
    createApp(defineComponent(() => () => null)).use(pinia)
    setActivePinia(pinia)
    const useDraft = defineStore('draft', () => ({ lines: ref<string[]>([]), table: ref(0) }))
    const useMenu = defineStore('menu', () => ({ dishes: ref<string[]>([]) }), { keep: true })
    const [draft, menu] = [useDraft(), useMenu()]
    menu.dishes.push('soup')
    for (const change of [
      () => session.login(ADA),
      () => session.login(BOB),
      () => session.logout(),
    ]) {
      draft.lines.push('a pint')
      draft.table = 7
      await change()
      expect(draft.$state).toEqual({ lines: [], table: 0 })
      expect(menu.dishes).toEqual(['soup'])
    }
  })

  it('keeps what is in a store while a token is refreshed', async () => {
    const session = virtualBar().open()
    const pinia = createPinia().use(forgetWithSession(session))
    createApp(defineComponent(() => () => null)).use(pinia)
    await session.login(ADA)
    const draft = defineStore('draft', () => ({ lines: ref<string[]>([]) }))(pinia)
    draft.lines.push('a pint')
    await session.refresh()
    expect(draft.lines).toEqual(['a pint'])
  })
})
