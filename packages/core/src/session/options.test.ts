import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { restEndpoint } from '../platform/rest-endpoint.ts'
import { memoryArea } from '../platform/token-area.ts'
import { createSession } from './create-session.ts'
import { readOptions, type SessionOptions } from './options.ts'

const AUTH = { authUrl: '/api/auth' }

describe('a mistake in the options', () => {
  it.each<[unknown, RegExp]>([
    [undefined, /"app" has to be a non-empty string.*'admin'.*got undefined/],
    [null, /"app".*got undefined/],
    [{ ...AUTH }, /"app".*got undefined/],
    [{ ...AUTH, app: '' }, /"app".*got ''/],
    [{ ...AUTH, app: '  ' }, /"app".*got ' {2}'/],
    [{ ...AUTH, app: 5 }, /"app".*got 5/],
    [{ app: 'admin' }, /"authUrl" has to be the URL.*'\/api\/auth'.*"endpoint".*got undefined/],
    [{ app: 'admin', authUrl: '' }, /"authUrl".*got ''/],
    [
      { ...AUTH, app: 'admin', storage: {} },
      /"storage" needs read, write, erase; got one without read, write, erase/,
    ],
    [
      { ...AUTH, app: 'admin', storage: { ...memoryArea(), erase: 5 } },
      /"storage".*got one without erase/,
    ],
    [{ ...AUTH, app: 'admin', storage: null }, /"storage".*got null/],
    [{ ...AUTH, app: 'admin', storage: 'local' }, /"storage".*got 'local'/],
    [{ app: 'admin', endpoint: {} }, /"endpoint" needs login, refresh, revoke; got one without/],
    [{ ...AUTH, app: 'admin', keys: { accessToken: '' } }, /"keys".*non-empty.*got ''/],
    [{ ...AUTH, app: 'admin', keys: { accessToken: null } }, /"keys".*(non-empty|may be null)/],
    [
      { ...AUTH, app: 'admin', keys: { accessToken: 'x', refreshToken: 'x' } },
      /"keys".*different.*x, x/,
    ],
    [{ ...AUTH, app: 'admin', keys: { user: 'tabkeeper:admin' } }, /"keys".*different/],
    [{ ...AUTH, app: 'admin', allowedOrigins: ['/api'] }, /"allowedOrigins".*https:.*got '\/api'/],
    [{ ...AUTH, app: 'admin', allowedOrigins: ['https://a.test/path'] }, /"allowedOrigins"/],
    [{ ...AUTH, app: 'admin', allowedOrigins: ['*'] }, /"allowedOrigins".*got '\*'/],
    [{ ...AUTH, app: 'admin', allowedOrigins: 'all' }, /"allowedOrigins".*got 'all'/],
    [{ ...AUTH, app: 'admin', user: {} }, /"user" has to be a schema.*zod.*got/],
    [{ ...AUTH, app: 'admin', user: null }, /"user".*got null/],
    [{ ...AUTH, app: 'admin', onSignedOut: '/login' }, /"onSignedOut".*function; got '\/login'/],
    [{ ...AUTH, app: 'admin', onStepUp: null }, /"onStepUp".*function; got null/],
    [{ ...AUTH, app: 'admin', leeway: -1 }, /"leeway".*milliseconds, 0 or more.*got -1/],
    [{ ...AUTH, app: 'admin', refreshAhead: Number.NaN }, /"refreshAhead".*got NaN/],
    [{ ...AUTH, app: 'admin', refreshTimeout: '10' }, /"refreshTimeout".*got '10'/],
  ])('is a TypeError at once that says what was found and what to give: %j', (options, message) => {
    // What the compiler forbids, a plain script may do.
    const make = () => createSession(options as SessionOptions)
    expect(make).toThrow(TypeError)
    expect(make).toThrow(message)
  })
})

it('is a TypeError of ours in a page, too, where a path would be an origin’s', () => {
  vi.stubGlobal('location', new URL('https://bar.test/menu'))
  onTestFinished(() => void vi.unstubAllGlobals())
  expect(() => readOptions({ ...AUTH, app: 'admin', allowedOrigins: ['/api'] })).toThrow(
    /"allowedOrigins".*got '\/api'/,
  )
})

describe('what is left out', () => {
  it('is what suits most people', () => {
    const { keys, policy, refreshTimeout } = readOptions({ ...AUTH, app: 'admin' })
    expect({ keys, policy, refreshTimeout }).toEqual({
      keys: { accessToken: 'admin_token', refreshToken: 'admin_refresh_token', user: 'admin_user' },
      policy: { refreshAhead: 300_000, leeway: 10_000, keepAlive: false },
      refreshTimeout: 10_000,
    })
  })

  it.each([
    ['admin', 'admin_token', 'admin_refresh_token', 'admin_user'],
    ['customer', 'access_token', 'refresh_token', 'user'],
    ['bartender', 'bartender_token', 'bartender_refresh_token', 'bartender'],
    ['toString', 'toString_token', 'toString_refresh_token', 'toString_user'],
  ])(
    'stores the tokens of %s under the keys they were always under',
    (app, accessToken, refreshToken, user) => {
      expect(readOptions({ ...AUTH, app }).keys).toEqual({ accessToken, refreshToken, user })
    },
  )

  it('gives tokens to the origin of the server, where that is not the page’s', () => {
    const { allowedOrigins } = readOptions({ app: 'admin', authUrl: 'https://api.test/auth' })
    expect([...allowedOrigins]).toEqual(['https://api.test'])
  })
})

describe('K03: on a server', () => {
  it('a session without a storage of its own sleeps: it shows one state and has no token', async () => {
    const session = createSession({ ...AUTH, app: 'admin' })
    expect(session.getState()).toEqual({ status: 'loading' })
    expect(session.getState()).toBe(createSession({ ...AUTH, app: 'x' }).getState())
    expect(session.lease()).toBeNull()
    await expect(session.getAccessToken()).rejects.toMatchObject({ code: 'signed-out' })
    await expect(session.refresh()).rejects.toMatchObject({ code: 'signed-out' })
    expect(() => session.adopt({ access_token: 'a' })).toThrow(/make a session for each request/)
  })

  it('keeps nobody who listens, as there is no news for them', async () => {
    setFlagsFromString('--expose-gc')
    const collect: () => void = runInNewContext('gc')
    const session = createSession({ ...AUTH, app: 'admin' })
    const listeners = [1, 2].map(() => new WeakRef(listen()))
    // A weak reference holds what it was made of until the task is over.
    await new Promise(done => setImmediate(done))
    collect()
    expect(listeners.map(each => each.deref())).toEqual([undefined, undefined])
    expect(session.getState()).toEqual({ status: 'loading' })

    function listen() {
      const render = { told: 0 }
      session.subscribe(() => render.told++)
      session.on('signed-in', () => render.told++)
      return render
    }
  })

  it('a sign-in that is not remembered is not kept for the whole process', async () => {
    // Node has a sessionStorage that all requests share.
    const tokens = { access_token: 'ada' }
    const fetch = async () => Response.json(tokens)
    const endpoint = restEndpoint('https://api.test/auth', { fetch })
    const [ada, bob] = [memoryArea(), memoryArea()].map(storage =>
      createSession({ app: 'admin', endpoint, storage }),
    )
    await ada?.login({ password: 'x' }, { remember: false })
    expect(ada?.getState()).toMatchObject({ status: 'authenticated' })
    expect(bob?.getState()).toMatchObject({ status: 'unauthenticated' })
    ada?.dispose()
    bob?.dispose()
  })

  it('a refresh of one visitor holds no other up, and one that shares the storage joins it', async () => {
    let refreshes = 0
    let answer = () => {}
    const answered = new Promise<void>(done => {
      answer = done
    })
    const endpoint = (isSlow: boolean) =>
      restEndpoint('https://api.test/auth', {
        async fetch() {
          refreshes++
          if (isSlow) await answered
          return Response.json({ access_token: 'new', refresh_token: 'newer' })
        },
      })
    const shared = memoryArea()
    const [ada, adaToo, bob] = [shared, shared, memoryArea()].map((storage, i) => {
      const session = createSession({ app: 'admin', endpoint: endpoint(i < 2), storage })
      if (i !== 1) session.adopt({ access_token: 'old', refresh_token: 'older' })
      session.getState()
      return session
    })
    const waiting = Promise.all([ada?.refresh(), adaToo?.refresh()])

    await bob?.refresh()
    expect(await bob?.getAccessToken()).toBe('new')
    answer()
    await waiting
    expect(refreshes).toBe(2)
    for (const session of [ada, adaToo, bob]) session?.dispose()
  })

  it('two sessions with storages of their own share nothing', () => {
    const [ada, bob] = [memoryArea(), memoryArea()].map(storage =>
      createSession({ ...AUTH, app: 'admin', storage }),
    )
    ada?.adopt({ access_token: 'ada', user: { name: 'Ada' } })
    expect(ada?.getState()).toMatchObject({ user: { name: 'Ada' } })
    expect(bob?.getState()).toMatchObject({ status: 'unauthenticated' })
    ada?.dispose()
    bob?.dispose()
  })
})
