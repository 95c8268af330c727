// @vitest-environment dom
import type { SessionState } from '@tabkeeper/core'
import { handTurnedSession } from '@tabkeeper/testing'
import { act, cleanup, render, screen } from '@testing-library/react'
import { StrictMode } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
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

const complaints = vi.spyOn(console, 'error')
beforeEach(() => void complaints.mockClear())
afterEach(() => {
  cleanup()
  expect(complaints).not.toHaveBeenCalled()
})

it('shows the real state in the first render', () => {
  const session = handTurnedSession(ada)
  const seen: string[] = []
  function Page() {
    seen.push(useSession(session).status)
    return null
  }
  render(<Page />)
  expect(seen).toEqual(['authenticated'])
})

it('renders once for each change and not without one', () => {
  const session = handTurnedSession(ada)
  let renders = 0
  function Page() {
    renders++
    return <p>{useSession(session).status}</p>
  }
  render(<Page />)
  act(() => session.become(ada))
  expect(renders).toBe(1)

  act(() => session.become(signedOut))
  expect(renders).toBe(2)
  expect(screen.getByText('unauthenticated')).toBeDefined()
})

it('does not render when what was selected stays the same', () => {
  const session = handTurnedSession(ada)
  let renders = 0
  function Name() {
    renders++
    return useSession(session, state => (state.status === 'authenticated' ? state.user?.name : '–'))
  }
  render(<Name />)
  act(() => session.become({ ...ada, refresh: 'pending' }))
  act(() => session.become({ ...ada, expiresAt: 2_000 }))
  expect(renders).toBe(1)

  act(() => session.become({ ...ada, user: { name: 'Grace' } }))
  expect(renders).toBe(2)
})

it('settles when an inline selection makes a new object each time', () => {
  const session = handTurnedSession(ada)
  let renders = 0
  function Page() {
    renders++
    return <p>{useSession(session, ({ status }) => ({ status })).status}</p>
  }
  const { rerender } = render(<Page />)
  rerender(<Page />)
  expect(renders).toBe(2)
})

it.each([
  ['object', ({ status }: SessionState<User>) => ({ status })],
  ['array', ({ status }: SessionState<User>) => [status]],
])('does not render when a new %s of each selection looks the same', (_, select) => {
  const session = handTurnedSession(ada)
  let renders = 0
  function Page() {
    renders++
    return <p>{JSON.stringify(useSession(session, state => select(state)))}</p>
  }
  const { rerender } = render(<Page />)
  act(() => session.become({ ...ada, refresh: 'pending' }))
  act(() => session.become({ ...ada, expiresAt: 2_000 }))
  expect(renders).toBe(1)
  rerender(<Page />)
  act(() => session.become(ada))
  expect(renders).toBe(2)

  act(() => session.become(signedOut))
  expect(renders).toBe(3)
  expect(screen.getByText(/unauthenticated/)).toBeDefined()
})

it('follows the selection of the latest render', () => {
  const session = handTurnedSession(ada)
  function Field({ name }: { readonly name: 'status' | 'refresh' }) {
    return useSession(session, state => (name in state ? Reflect.get(state, name) : ''))
  }
  const { container, rerender } = render(<Field name="status" />)
  rerender(<Field name="refresh" />)
  expect(container.textContent).toBe('idle')
})

it('follows the other session when it is given another one', () => {
  const first = handTurnedSession(ada)
  const second = handTurnedSession<User>(signedOut)
  function Page({ session }: { readonly session: typeof first }) {
    return useSession(session).status
  }
  const { container, rerender } = render(<Page session={first} />)
  rerender(<Page session={second} />)
  expect(container.textContent).toBe('unauthenticated')
  expect(first.listeners.size).toBe(0)
})

it('leaves no listener behind under StrictMode', () => {
  const session = handTurnedSession(ada)
  function Page() {
    return useSession(session).status
  }
  const { unmount } = render(
    <StrictMode>
      <Page />
      <Page />
    </StrictMode>,
  )
  expect(session.listeners.size).toBe(2)
  unmount()
  expect(session.listeners.size).toBe(0)
})

it('sees a change that happens between the render and the subscription', () => {
  const session = handTurnedSession(ada)
  function Page() {
    const { status } = useSession(session)
    return <p ref={() => session.become(signedOut)}>{status}</p>
  }
  const { container } = render(<Page />)
  expect(container.textContent).toBe('unauthenticated')
})

it('hydrates as loading and then shows the real state, without a complaint', async () => {
  const session = handTurnedSession(ada)
  const seen: string[] = []
  function Page() {
    const { status } = useSession(session)
    const copy = useSession(session, state => ({ status: state.status }))
    seen.push(status)
    return <p>{`${status} ${copy.status}`}</p>
  }
  const container = document.createElement('div')
  container.innerHTML = renderToString(<Page />)
  expect(container.textContent).toBe('loading loading')
  expect(session.listeners.size).toBe(0)

  seen.length = 0
  const root = await act(async () => hydrateRoot(container, <Page />))
  expect(seen[0]).toBe('loading')
  expect(container.textContent).toBe('authenticated authenticated')
  act(() => root.unmount())
})
