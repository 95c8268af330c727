// @vitest-environment jsdom
import type { SessionState } from '@tabkeeper/core'
import { handTurnedSession } from '@tabkeeper/testing'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import {
  type Component,
  createApp,
  createSSRApp,
  defineComponent,
  effectScope,
  h,
  isReactive,
  isRef,
  nextTick,
  onMounted,
  ref,
} from 'vue'
import { renderToString } from 'vue/server-renderer'
import { useSession } from './use-session.ts'

interface User {
  readonly name: string
}

const ada: SessionState<User> = {
  status: 'authenticated',
  user: { name: 'Ada' },
  sessionId: 's1',
  expiresAt: 1_000,
  refresh: 'idle',
  persistence: 'local',
}
const signedOut: SessionState<User> = { status: 'unauthenticated', reason: 'expired' }

function mount(component: Component) {
  const container = document.createElement('div')
  const app = createApp(component)
  app.mount(container)
  return { container, unmount: () => app.unmount() }
}

const complaints = [vi.spyOn(console, 'warn'), vi.spyOn(console, 'error')]
beforeEach(() => {
  for (const spy of complaints) spy.mockClear()
})
afterEach(() => {
  for (const spy of complaints) expect(spy).not.toHaveBeenCalled()
})

it('shows the real state in the first render and renders once for each change', async () => {
  const session = handTurnedSession(ada)
  const seen: string[] = []
  const { container } = mount(
    defineComponent(() => {
      const state = useSession(session)
      return () => {
        seen.push(state.value.status)
        return h('p', state.value.status)
      }
    }),
  )
  expect(seen).toEqual(['authenticated'])

  session.become(ada)
  await nextTick()
  expect(seen).toEqual(['authenticated'])

  session.become(signedOut)
  await nextTick()
  expect(seen).toEqual(['authenticated', 'unauthenticated'])
  expect(container.textContent).toBe('unauthenticated')
})

it('does not render when what was selected stays the same', async () => {
  const session = handTurnedSession(ada)
  let renders = 0
  mount(
    defineComponent(() => {
      const name = useSession(session, s => (s.status === 'authenticated' ? s.user?.name : '–'))
      return () => {
        renders++
        return name.value
      }
    }),
  )
  session.become({ ...ada, refresh: 'pending' })
  await nextTick()
  expect(renders).toBe(1)

  session.become({ ...ada, user: { name: 'Grace' } })
  await nextTick()
  expect(renders).toBe(2)
})

it('lets the selection read other refs', () => {
  const greeting = ref('Good evening')
  const line = useSession(handTurnedSession(ada), state => `${greeting.value}, ${state.status}`)
  greeting.value = 'Good night'
  expect(line.value).toBe('Good night, authenticated')
})

it('K05: hands out the very objects of the session, in a ref', () => {
  const session = handTurnedSession(ada)
  const state = useSession(session)
  expect(isRef(state)).toBe(true)
  expect(state.value).toBe(ada)
  expect(isReactive(state.value)).toBe(false)
})

it('stops following when the component is unmounted', () => {
  const session = handTurnedSession(ada)
  const { unmount } = mount(
    defineComponent(() => {
      const state = useSession(session)
      return () => state.value.status
    }),
  )
  expect(session.listeners.size).toBe(1)
  unmount()
  expect(session.listeners.size).toBe(0)
})

it('stops following when the effect scope ends', () => {
  const session = handTurnedSession(ada)
  const scope = effectScope()
  const state = scope.run(() => useSession(session))
  session.become(signedOut)
  expect(state?.value).toBe(signedOut)

  scope.stop()
  expect(session.listeners.size).toBe(0)
})

it('follows when it is first called after the component was mounted', () => {
  const session = handTurnedSession(ada)
  const { unmount } = mount(
    defineComponent(() => {
      onMounted(() => void useSession(session))
      return () => null
    }),
  )
  expect(session.listeners.size).toBe(1)
  unmount()
  expect(session.listeners.size).toBe(0)
})

it('hydrates as loading and then shows the real state, without a complaint', async () => {
  // A session on a server stays asleep, whatever the browser's storage holds.
  const asleep = handTurnedSession<User>({ status: 'loading' })
  const awake = handTurnedSession(ada)
  const page = (session: typeof awake) =>
    defineComponent(() => {
      const state = useSession(session)
      return () => [h('p', state.value.status), h(line(session))]
    })
  const line = (session: typeof awake) =>
    defineComponent(() => {
      const status = useSession(session, state => state.status)
      return () => h('small', status.value)
    })

  const container = document.createElement('div')
  container.innerHTML = await renderToString(createSSRApp(page(asleep)))
  expect(container.textContent).toBe('loadingloading')
  expect(asleep.listeners.size).toBe(0)

  const markup = container.firstElementChild
  const app = createSSRApp(page(awake))
  app.mount(container)
  expect(container.textContent).toBe('loadingloading')
  await nextTick()
  expect(container.textContent).toBe('authenticatedauthenticated')
  expect(container.firstElementChild).toBe(markup)
  expect(awake.listeners.size).toBe(2)
  app.unmount()
  expect(awake.listeners.size).toBe(0)
})
