// @vitest-environment dom
import { readFileSync } from 'node:fs'
import type { Session } from '@tabkeeper/core'
import { quiet, virtualBar } from '@tabkeeper/testing'
import { onlineManager, QueryClientProvider, useMutation, useQuery } from '@tanstack/react-query'
import { act, render, renderHook, screen, waitFor } from '@testing-library/react'
import type { ReactNode } from 'react'
import { createMemoryRouter, RouterProvider, useLoaderData } from 'react-router'
import { describe, expect, it, onTestFinished } from 'vitest'
import { RequireSession, useSession } from '../src/index.ts'
import { expectNoComplaints } from './complaints.ts'
import { SignedIn, SignedOut, whileSignedIn } from './recipes/react-router.tsx'
import { createQueryClient } from './recipes/tanstack-query.ts'

const ADA = { email: 'ada@bar.test', password: 'right' }
const BOB = { email: 'bob@bar.test', password: 'right' }

expectNoComplaints()

const signIn = (session: Session, who: typeof ADA) => act(() => session.login(who).then(() => {}))
const signOut = (session: Session) => act(() => session.logout().then(() => {}))

it.each([
  ['react-router', 'recipes/react-router.tsx'],
  ['tanstack-query', 'recipes/tanstack-query.ts'],
])('docs/recipes/%s.md shows %s as it is tested', (page, file) => {
  const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')
  const kind = file.split('.')[1]
  expect(read(`../../../docs/recipes/${page}.md`)).toContain(`\`\`\`${kind}\n${read(file)}\`\`\`\n`)
})

describe('React Router', () => {
  async function openApp(start: string) {
    const session = virtualBar().open()
    const loads: string[] = []
    const orders = whileSignedIn(session, ({ request }: { request: Request }) => {
      loads.push(new URL(request.url).pathname)
      return ['a pint']
    })
    const router = createMemoryRouter(
      [
        { path: '/', element: <p>Home</p> },
        {
          element: <SignedIn session={session} />,
          children: [
            { path: '/orders', loader: orders, element: <Orders />, hydrateFallbackElement: <p /> },
          ],
        },
        {
          element: <SignedOut session={session} />,
          children: [{ path: '/sign-in', element: <p>Who are you?</p> }],
        },
      ],
      { initialEntries: [start] },
    )
    function Orders() {
      return <p>Orders: {useLoaderData<string[]>()?.join()}</p>
    }
    render(<RouterProvider router={router} />)
    const where = () => {
      const { pathname, search, hash } = router.state.location
      return pathname + search + hash
    }
    return { session, router, loads, where }
  }

  it('asks who is there and leads back to where they wanted to go', async () => {
    const { session, where, loads } = await openApp('/orders?open=1#last')
    await screen.findByText('Who are you?')
    expect(where()).toBe(`/sign-in?returnTo=${encodeURIComponent('/orders?open=1#last')}`)
    expect(loads).toEqual([])

    await signIn(session, ADA)
    await screen.findByText('Orders: a pint')
    expect(where()).toBe('/orders?open=1#last')
    expect(loads).toEqual(['/orders'])

    await signOut(session)
    await screen.findByText('Who are you?')
  })

  it('leads to no page of others', async () => {
    const { session, where } = await openApp('/sign-in?returnTo=//evil.test')
    await signIn(session, ADA)
    await screen.findByText('Home')
    expect(where()).toBe('/')
  })
})

describe('TanStack Query', () => {
  /** A page that shows, with each answer, who was there when it was asked for. */
  function openApp() {
    const session = virtualBar().open()
    const queries = createQueryClient(session)
    onTestFinished(() => queries.clear())
    const nameIn = (of: Session) => {
      const state = of.getState()
      return state.status === 'authenticated' ? (state.user as { name: string }).name : 'nobody'
    }
    const asked: string[] = []
    const seen: string[] = []
    let gate: Promise<unknown> = Promise.resolve()
    function Orders() {
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
      if (data) seen.push(`${name} sees what is ${data}’s`)
      return <p>{data ? `of ${data}` : 'loading'}</p>
    }
    const wrapper = ({ children }: { readonly children: ReactNode }) => (
      <QueryClientProvider client={queries}>{children}</QueryClientProvider>
    )
    return {
      session,
      queries,
      asked,
      seen,
      wrapper,
      Orders,
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
    const { session, asked, seen, wrapper, Orders, holdAnswers } = openApp()
    await signIn(session, ADA)
    render(<Orders />, { wrapper })
    await screen.findByText(`of ${ADA.email}`)

    const release = holdAnswers()
    await signIn(session, BOB)
    expect(screen.getByText('loading')).toBeDefined()
    release()
    await screen.findByText(`of ${BOB.email}`)
    expect(asked).toEqual([ADA.email, BOB.email])
    expect(new Set(seen)).toEqual(
      new Set([ADA.email, BOB.email].map(name => `${name} sees what is ${name}’s`)),
    )
  })

  it('E07: drops an answer that comes after its session', async () => {
    const { session, seen, wrapper, Orders, holdAnswers } = openApp()
    await signIn(session, ADA)
    const release = holdAnswers()
    render(<Orders />, { wrapper })
    await signIn(session, BOB)
    release()
    await screen.findByText(`of ${BOB.email}`)
    await act(() => quiet())
    expect(new Set(seen)).toEqual(new Set([`${BOB.email} sees what is ${BOB.email}’s`]))
  })

  it('E07: asks for nothing behind a door that is shut, and keeps nothing there', async () => {
    const { session, queries, asked, wrapper, Orders } = openApp()
    await signIn(session, ADA)
    render(
      <RequireSession session={session} fallback={() => 'the door is shut'}>
        <Orders />
      </RequireSession>,
      { wrapper },
    )
    await screen.findByText(`of ${ADA.email}`)
    await signOut(session)
    await act(() => quiet(10))
    await waitFor(() => expect(asked).toEqual([ADA.email]))
    expect(
      JSON.stringify(
        queries
          .getQueryCache()
          .getAll()
          .map(({ state }) => state.data),
      ),
    ).not.toContain('ada')
  })

  it('E03: runs nobody’s queued change as somebody else', async () => {
    const { session, wrapper } = openApp()
    onTestFinished(() => onlineManager.setOnline(true))
    const sent: string[] = []
    await signIn(session, ADA)
    const { result } = renderHook(
      () => useMutation({ mutationFn: async (order: string) => sent.push(order) }),
      { wrapper },
    )
    onlineManager.setOnline(false)
    act(() => result.current.mutate('a pint for Ada'))
    await waitFor(() => expect(result.current.isPaused).toBe(true))
    await signIn(session, BOB)
    act(() => onlineManager.setOnline(true))
    await act(() => quiet(10))
    expect(sent).toEqual([])
  })
})
