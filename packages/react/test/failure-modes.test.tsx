// @vitest-environment dom
import { createSession, memoryArea, mirroredArea, type Session } from '@tabkeeper/core'
import { quiet, virtualBar } from '@tabkeeper/testing'
import { act, render, renderHook, waitFor } from '@testing-library/react'
import { type ReactNode, StrictMode, Suspense } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { RequireSession, useLogin, useSession, useSessionList, useStepUp } from '../src/index.ts'
import { expectNoComplaints } from './complaints.ts'

const ADA = { email: 'ada@bar.test', password: 'right' }
const HOUR = 3_600_000

expectNoComplaints()

/** Ada signs in, and leaves the page: what follows starts from what is stored. */
async function signIn(session: Session) {
  await session.login(ADA)
  session.dispose()
}

/** Adopts markup as a page does that a server has rendered; what React had to mend is kept. */
async function hydrate(markup: string, page: ReactNode) {
  const container = document.createElement('div')
  container.innerHTML = markup
  const mended: unknown[] = []
  const onRecoverableError = (error: unknown) => void mended.push(error)
  const root = await act(async () => hydrateRoot(container, page, { onRecoverableError }))
  onTestFinished(() => act(() => root.unmount()))
  return { container, mended }
}

describe('K01: a page that a server has rendered', () => {
  /** What the server renders, and what a browser makes of it with this session. */
  async function openPage(session: Session) {
    const seen: string[] = []
    function Status() {
      const { status } = useSession(session)
      const copy = useSession(session, state => ({ status: state.status }))
      seen.push(status)
      return <p>{`${status} ${copy.status}`}</p>
    }
    const page = (
      <StrictMode>
        <Status />
        <RequireSession
          session={session}
          loading={<p>One moment</p>}
          fallback={reason => {
            seen.push(`sent to sign in: ${reason}`)
            return <p>Please sign in</p>
          }}
        >
          <p>Orders</p>
        </RequireSession>
      </StrictMode>
    )
    const markup = renderToString(page)
    expect(new Set(seen)).toEqual(new Set(['loading']))
    seen.length = 0
    return { seen, markup, ...(await hydrate(markup, page)) }
  }

  it('K01: is the same at first, and nobody who is signed in is seen signed out on the way', async () => {
    const { browser, open } = virtualBar()
    const tab = browser.openTab()
    await signIn(open({}, tab))
    const { markup, container, mended, seen } = await openPage(open({}, tab))
    expect(markup).toContain('<p>loading loading</p><p>One moment</p>')
    expect(container.textContent).toBe('authenticated authenticatedOrders')
    expect(seen[0]).toBe('loading')
    expect([...new Set(seen)]).toEqual(['loading', 'authenticated'])
    expect(mended).toEqual([])
  })

  it('K01: sends to sign in only who is known to be nobody', async () => {
    const { open } = virtualBar()
    const { container, mended, seen } = await openPage(open())
    expect(container.textContent).toBe('unauthenticated unauthenticatedPlease sign in')
    expect([...new Set(seen)]).toEqual(['loading', 'unauthenticated', 'sent to sign in: none'])
    expect(mended).toEqual([])
  })
})

it('K02: what a hook returns is the same object until something changes', async () => {
  const { clock, open } = virtualBar()
  const session = open()
  await session.login(ADA)
  const { result, rerender } = renderHook(() => [
    useSession(session),
    useSession(session, state => ({ status: state.status })),
    useSessionList(session),
    useLogin(session),
    useStepUp(session),
  ])
  await waitFor(() => expect(result.current[2]).toMatchObject({ loading: false }))
  const before = result.current
  rerender()
  for (const [i, value] of before.entries()) expect(result.current[i]).toBe(value)

  clock.jump(HOUR / 2)
  await act(() => session.refresh())
  expect(result.current[0]).not.toBe(before[0])
  for (const i of [1, 2, 3, 4]) expect(result.current[i]).toBe(before[i])
})

it('K02: every server render has one and the same state', () => {
  const seen = new Set<unknown>()
  for (const session of [virtualBar().open(), virtualBar().open()]) {
    const Page = () => {
      seen.add(useSession(session))
      return null
    }
    renderToString(<Page />)
  }
  expect(seen.size).toBe(1)
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
      const show = () => renderHook(() => useSession(session).status)
      for (let i = 0; i < comings; i++) show().unmount()
      const { result } = show()
      await act(() => quiet(30))
      expect(result.current).toBe('authenticated')
      return reads
    }
    const reads = await readsAfter(0)
    expect(reads).toBeGreaterThan(0)
    expect(await readsAfter(3)).toBe(reads)
  })

  it('K04: under Suspense and StrictMode asks for the list once', async () => {
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
    let isReady = false
    const menu = quiet().then(() => {
      isReady = true
    })
    function Page() {
      const { sessions } = useSessionList(session)
      if (!isReady) throw menu
      return <p>{sessions === null ? 'loading' : 'loaded'}</p>
    }
    const { container } = render(
      <StrictMode>
        <Suspense fallback="the menu is fetched">
          <Page />
        </Suspense>
      </StrictMode>,
    )
    expect(container.textContent).toBe('the menu is fetched')
    await waitFor(() => expect(container.textContent).toBe('loaded'))
    expect(asked).toBe(1)
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
  const { result } = renderHook(() => [
    useSession(session, state => (state.status === 'authenticated' ? state.expiresAt : null)),
    useSession(session),
  ])
  const before = result.current[0]
  clock.jump(8 * HOUR)
  await act(async () => {
    active()
    await Promise.all([1, 2, 3].map(() => session.getAccessToken()))
  })
  expect(server.counts.refreshes).toBe(1)
  expect(result.current[0]).toBeGreaterThan(before as number)
  expect(result.current[1]).toMatchObject({ status: 'authenticated', refresh: 'idle' })
})

it('A04: a page with an expired session that starts twice under StrictMode refreshes once and leaves no listener', async () => {
  const { browser, clock, server, open } = virtualBar()
  const tab = browser.openTab()
  await signIn(open({}, tab))
  clock.jump(8 * HOUR)
  const session = open({}, tab)
  let listeners = 0
  const watched = {
    getState: session.getState,
    subscribe(listener: Parameters<typeof session.subscribe>[0]) {
      listeners++
      const undo = session.subscribe(listener)
      return () => {
        listeners--
        undo()
      }
    },
  }
  const { result, unmount } = renderHook(() => useSession(watched), { wrapper: StrictMode })
  await act(() => session.getAccessToken().then(() => {}))
  expect(result.current).toMatchObject({ status: 'authenticated', refresh: 'idle' })
  expect(server.counts.refreshes).toBe(1)
  expect(listeners).toBe(1)
  unmount()
  expect(listeners).toBe(0)
})

describe('F12: a page that is shown and hidden', () => {
  function turn(visibility: 'hidden' | 'visible') {
    vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(visibility)
    document.dispatchEvent(new Event('visibilitychange'))
    window.dispatchEvent(new Event(visibility === 'visible' ? 'focus' : 'blur'))
  }

  it('F12: ten changes of visibility without news are not one render, and one with news is', async () => {
    const storage = memoryArea()
    const { server } = virtualBar()
    const open = () => createSession({ app: 'admin', endpoint: server.endpoint, storage })
    using session = open()
    await session.login(ADA)
    let renders = 0
    function Page() {
      renders++
      useLogin(session)
      useStepUp(session)
      const list = useSessionList(session)
      const selected = useSession(session, ({ status }) => ({ status }))
      return <p>{`${useSession(session).status} ${selected.status} ${list.sessions?.length}`}</p>
    }
    const { container } = render(
      <RequireSession session={session} fallback={reason => reason}>
        <Page />
      </RequireSession>,
    )
    await waitFor(() => expect(container.textContent).toBe('authenticated authenticated 0'))
    renders = 0
    for (let i = 0; i < 10; i++) {
      await act(async () => turn(i % 2 === 0 ? 'hidden' : 'visible'))
      await act(() => quiet())
    }
    expect(renders).toBe(0)

    for (const key of ['admin_token', 'admin_refresh_token', 'tabkeeper:admin']) storage.erase(key)
    await act(async () => turn('visible'))
    expect(container.textContent).toBe('storage-cleared')
  })
})
