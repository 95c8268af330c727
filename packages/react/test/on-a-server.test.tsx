import { Writable } from 'node:stream'
import { createSession, memoryArea, type Session } from '@tabkeeper/core'
import { manualClock, rotatingServer, virtualBar } from '@tabkeeper/testing'
import { Suspense } from 'react'
import { renderToPipeableStream, renderToString } from 'react-dom/server'
import { describe, expect, it, vi } from 'vitest'

import {
  createSessionContext,
  RequireSession,
  useLogin,
  useSession,
  useSessionList,
  useStepUp,
} from '../src/index.ts'

const { endpoint } = rotatingServer({ clock: manualClock() })

/** The session of an app's module, which a server shares between all that it renders for. */
const shared = createSession({ app: 'admin', endpoint })

/** Renders as a server does that sends what it has, and more when it comes. */
function stream(page: React.ReactNode): Promise<string> {
  return new Promise((resolve, reject) => {
    let markup = ''
    const sink = new Writable({
      write(chunk, _encoding, done) {
        markup += chunk
        done()
      },
      final(done) {
        done()
        resolve(markup)
      },
    })
    const { pipe } = renderToPipeableStream(page, {
      onShellReady: () => pipe(sink),
      onError: reject,
    })
  })
}

describe('K03: two renders on one server', () => {
  const { SessionProvider, useCurrentSession, useSession: useOwn } = createSessionContext(shared)

  /** What a request of one person's may have for itself. */
  function openRequest(name: string) {
    const session = createSession({ app: 'admin', endpoint, storage: memoryArea() })
    session.adopt({ access_token: `token-of-${name}`, expires_in: 3600, user: { name } })
    let token: string | undefined
    const fetched = session.getAccessToken().then(async accessToken => {
      // The other one's render goes on meanwhile.
      await new Promise(done => setImmediate(done))
      token = accessToken
    })
    function Orders() {
      const own = useCurrentSession()
      if (token === undefined) throw fetched
      return <p>{`orders for ${token} in ${own === session ? 'its own' : 'another'} session`}</p>
    }
    function Status() {
      return <p>{useOwn().status}</p>
    }
    return {
      session,
      page: (
        <SessionProvider session={session}>
          <Status />
          <Suspense fallback="…">
            <Orders />
          </Suspense>
        </SessionProvider>
      ),
    }
  }

  it('K03: that go on at the same time have nothing of each other', async () => {
    const requests = ['ada', 'bob'].map(openRequest)
    const [ada = '', bob = ''] = await Promise.all(requests.map(({ page }) => stream(page)))
    expect(ada).toContain('orders for token-of-ada in its own session')
    expect(bob).toContain('orders for token-of-bob in its own session')
    expect(ada).not.toContain('bob')
    expect(bob).not.toContain('ada')
    // Whoever is there, the markup is what the first render in a browser is.
    for (const markup of [ada, bob]) expect(markup).toContain('<p>loading</p>')
    for (const { session } of requests) session.dispose()
  })

  it('K03: keep nothing in the session of the module, and nobody is signed in there', () => {
    const subscribe = vi.spyOn(shared, 'subscribe')
    const on = vi.spyOn(shared, 'on')
    function Page({ session }: { readonly session: Session }) {
      const { sessions, loading } = useSessionList(session)
      const { pending } = useLogin(session)
      const question = useStepUp(session)
      return <p>{JSON.stringify([useSession(session), sessions, loading, pending, question])}</p>
    }
    const page = (
      <RequireSession
        session={shared}
        loading={<Page session={shared} />}
        fallback={() => 'sign in'}
      >
        what only Ada may see
      </RequireSession>
    )
    const first = renderToString(page)
    expect(renderToString(page)).toBe(first)
    expect(first.replaceAll('&quot;', '"')).toBe(
      '<p>[{"status":"loading"},null,true,false,null]</p>',
    )
    expect(subscribe).not.toHaveBeenCalled()
    expect(on).not.toHaveBeenCalled()
    expect(() => shared.adopt({ access_token: 'a', expires_in: 60 })).toThrow(TypeError)
  })
})

it('K07: is imported and rendered without a window, a timer or a listener', async () => {
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
  expect(session.getState()).toMatchObject({ status: 'authenticated', persistence: 'local' })
})
