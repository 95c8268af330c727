// @vitest-environment dom
import type { Session, SessionState } from '@tabkeeper/core'
import { handTurnedSession, quiet, until, virtualBar } from '@tabkeeper/testing'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createSSRApp, defineComponent, h, nextTick, onMounted, onUnmounted, ref } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { type ReadableSession, RequireSession } from '../src/index.ts'
import { expectNoComplaints, hydrate, mount } from './mount.ts'

expectNoComplaints()

const ada: SessionState = {
  status: 'authenticated',
  user: { name: 'Ada' },
  sessionId: 's1',
  expiresAt: 1_000,
  refresh: 'idle',
  persistence: 'local',
}

/** What a server renders: a slot is a fragment, between two comments. */
const MARKUP = '<!--[--><p>One moment</p><!--]-->'

/** A page behind a door, which counts how often it is mounted and rendered. */
function openPage(initial: SessionState) {
  const session = handTurnedSession(initial)
  const counts = { mounts: 0, unmounts: 0, renders: 0 }
  const Draft = defineComponent(() => {
    const text = ref('')
    onMounted(() => counts.mounts++)
    onUnmounted(() => counts.unmounts++)
    return () => {
      counts.renders++
      const onInput = ({ target }: Event) => {
        text.value = (target as HTMLInputElement).value
      }
      return h('input', { value: text.value, onInput })
    }
  })
  const view = mount(() => door(session, () => h(Draft)))
  const draft = () => {
    const input = view.container.querySelector('input')
    if (input === null) throw new Error('There is no draft.')
    return input
  }
  return {
    ...view,
    session,
    counts,
    draft,
    become(state: SessionState) {
      session.become(state)
      return nextTick()
    },
    async type(text: string) {
      draft().value = text
      draft().dispatchEvent(new Event('input'))
      await nextTick()
    },
  }
}

const door = (session: ReadableSession<unknown>, page: () => unknown) =>
  h(
    RequireSession,
    { session },
    {
      default: page,
      fallback: ({ reason }: { reason: string }) => h('p', `Please sign in: ${reason}`),
      loading: () => h('p', 'One moment'),
    },
  )

it('shows what it is told to, by the state and its reason', async () => {
  const { container, become } = openPage({ status: 'loading' })
  expect(container.textContent).toBe('One moment')
  await become({ status: 'unauthenticated', reason: 'expired' })
  expect(container.textContent).toBe('Please sign in: expired')
  await become(ada)
  expect(container.textContent).toBe('')
  await become({ status: 'unauthenticated', reason: 'logout-elsewhere' })
  expect(container.textContent).toBe('Please sign in: logout-elsewhere')
})

it('keeps what is in it mounted, and lets it be, while a token is refreshed', async () => {
  const { counts, draft, become, type } = openPage(ada)
  await type('two pints')
  counts.renders = 0
  await become({ ...ada, refresh: 'pending' })
  await become({ ...ada, refresh: 'backing-off' })
  await become({ ...ada, expiresAt: 2_000 })
  expect(draft().value).toBe('two pints')
  expect(counts).toEqual({ mounts: 1, unmounts: 0, renders: 0 })
})

it('shows nobody what the one before has typed', async () => {
  const { counts, draft, become, type } = openPage(ada)
  await type('two pints')
  await become({ ...ada, user: { name: 'Bob' }, sessionId: 's2' })
  expect(draft().value).toBe('')
  expect(counts).toMatchObject({ mounts: 2, unmounts: 1 })
})

it('tells the page of a session without a name from what was shown before', async () => {
  const nameless = { ...ada, sessionId: null }
  const session = handTurnedSession<unknown>({ status: 'unauthenticated', reason: 'none' })
  let mounts = 0
  const Line = defineComponent(() => {
    onMounted(() => mounts++)
    return () => h('p')
  })
  mount(() => h(RequireSession, { session }, { default: () => h(Line), fallback: () => h(Line) }))
  session.become(nameless)
  await nextTick()
  expect(mounts).toBe(2)
})

it('shows nothing where it has no slot for the state, and ends with its page', () => {
  const session = handTurnedSession<unknown>({ status: 'loading' })
  const { container, unmount } = mount(() => h(RequireSession, { session }))
  expect(container.textContent).toBe('')
  expect(session.listeners.size).toBe(1)
  unmount()
  expect(session.listeners.size).toBe(0)
})

it('goes over to another session with another key', async () => {
  const sessions = { one: handTurnedSession<unknown>(ada), two: handTurnedSession<unknown>(ada) }
  sessions.two.become({ status: 'unauthenticated', reason: 'expired' })
  const which = ref<keyof typeof sessions>('one')
  const { container } = mount(() =>
    h(
      RequireSession,
      { session: sessions[which.value], key: which.value },
      { default: () => 'Orders', fallback: () => 'Please sign in' },
    ),
  )
  expect(container.textContent).toBe('Orders')
  which.value = 'two'
  await nextTick()
  expect(container.textContent).toBe('Please sign in')
  expect(sessions.one.listeners.size).toBe(0)
})

describe('K01: a page that a server has rendered', () => {
  /** All that a visitor sees of a page that a server has rendered, one thing after the other. */
  async function visit(session: Session) {
    const page = () => door(session, () => h('p', 'Orders'))
    const markup = await renderToString(createSSRApp(page))
    const seen: string[] = [markup]
    const { container } = hydrate(markup, page)
    const look = () => seen.push(container.textContent ?? '')
    look()
    const observer = new MutationObserver(look)
    observer.observe(container, { childList: true, subtree: true, characterData: true })
    onTestFinished(() => observer.disconnect())
    await until(() => container.textContent !== 'One moment')
    await quiet()
    return seen
  }

  it('K01: has the loading slot in it, and then what is behind the door', async () => {
    const { browser, open } = virtualBar()
    const tab = browser.openTab()
    const before = open({}, tab)
    await before.login({ email: 'ada@bar.test', password: 'right' })
    before.dispose()
    expect(await visit(open({}, tab))).toEqual([MARKUP, 'One moment', 'Orders'])
  })

  it('K01: shows nobody what is behind the door but who is signed in', async () => {
    expect(await visit(virtualBar().open())).toEqual([MARKUP, 'One moment', 'Please sign in: none'])
  })

  it('K03: follows nothing on the server, whoever is there', async () => {
    const session = handTurnedSession(ada)
    const subscribe = vi.spyOn(session, 'subscribe')
    const markup = await renderToString(createSSRApp(() => door(session, () => h('p', 'Orders'))))
    expect(markup).toBe(MARKUP)
    expect(subscribe).not.toHaveBeenCalled()
  })
})
