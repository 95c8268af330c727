// @vitest-environment jsdom
import { type AuthEndpoint, createSession, memoryArea } from '@tabkeeper/core'
import { act, render, waitFor } from '@testing-library/react'
import { StrictMode } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { useSession } from '../src/index.ts'

const unused = () => Promise.reject(new Error('not part of this story'))

/** A browser in which somebody signed in for a minute, and how often its server was asked since. */
function createBrowser() {
  let asked = 0
  const endpoint: AuthEndpoint = {
    login: unused,
    register: unused,
    revokeAll: unused,
    listSessions: unused,
    revokeSession: unused,
    revoke: async () => true,
    async refresh() {
      asked++
      return { is: 'granted', tokens: { ...tokens, access_token: `a${asked}` } }
    },
  }
  const storage = memoryArea()
  const open = () => createSession({ app: 'admin', endpoint, storage })
  const before = open()
  before.adopt(tokens)
  before.dispose()
  return { open, asked: () => asked }
}

const tokens = {
  access_token: 'a0',
  refresh_token: 'r0',
  expires_in: 60,
  user: { name: 'Ada' },
  session: { id: 's1' },
}

const complaints = vi.spyOn(console, 'error')
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], shouldAdvanceTime: true })
  complaints.mockClear()
})
afterEach(() => {
  vi.useRealTimers()
  expect(complaints).not.toHaveBeenCalled()
})

it('costs one refresh when a page with an expired session starts twice under StrictMode', async () => {
  const browser = createBrowser()
  vi.setSystemTime(Date.now() + 3_600_000)
  using session = browser.open()
  function Page() {
    const state = useSession(session)
    return state.status === 'authenticated' ? state.refresh : state.status
  }
  const { container, unmount } = render(
    <StrictMode>
      <Page />
    </StrictMode>,
  )
  await waitFor(() => expect(container.textContent).toBe('idle'))
  expect(await session.getAccessToken()).toBe('a1')
  expect(browser.asked()).toBe(1)
  unmount()
})

it('hydrates a stored session without a mismatch and without asking the server', async () => {
  const browser = createBrowser()
  using session = browser.open()
  const Page = () => <p>{useSession(session).status}</p>
  const container = document.createElement('div')
  container.innerHTML = renderToString(<Page />)
  expect(container.textContent).toBe('loading')

  const root = await act(async () => hydrateRoot(container, <Page />))
  expect(container.textContent).toBe('authenticated')
  await act(() => session.logout())
  expect(container.textContent).toBe('unauthenticated')
  act(() => root.unmount())
  expect(browser.asked()).toBe(0)
})
