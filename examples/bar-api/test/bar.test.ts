import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { generateKeys, openDatabase, systemClock } from '@tabkeeper/server'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createBar } from '../src/bar.ts'
import { ensureDemoAccounts } from '../src/demo-accounts.ts'
import { barFigures } from '../src/figures.ts'
import { imagineFirstEvening } from '../src/first-evening.ts'
import { loadSite } from '../src/static-site.ts'
import { createTourRoutes } from '../src/tour-routes.ts'

async function open(options: { shortPaths?: string } = {}) {
  const database = await openDatabase({ url: ':memory:' })
  onTestFinished(() => database.close())
  return createBar({ database, keys: await generateKeys(), rateLimits: false, ...options })
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tabkeeper-bar-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

describe('the bar', () => {
  it('sends pages compressed, and answers of the API as they are', async () => {
    const bar = await open()
    const get = (path: string) =>
      bar.fetch(
        new Request(`http://bar.example${path}`, { headers: { 'Accept-Encoding': 'gzip, br' } }),
      )
    const page = await get('/nowhere')
    expect(page.headers.get('Content-Encoding')).toBe('gzip')
    expect(page.headers.get('Vary')).toBe('Accept-Encoding')
    expect(gunzipSync(await page.arrayBuffer()).toString()).toContain('The way in is at /')
    const menu = await get('/api/menu')
    expect(menu.headers.get('Content-Type')).toContain('json')
    expect(menu.headers.get('Content-Encoding')).toBeNull()
  })

  it('is one origin: sign-in, API and pages', async () => {
    const bar = await open()
    const get = (path: string) => bar.fetch(new Request(`http://bar.example${path}`))
    expect(await (await get('/api/auth/me')).json()).toMatchObject({ code: 'not_authenticated' })
    expect(await (await get('/api/menu')).json()).toMatchObject({ code: 'not_authenticated' })
    expect(await (await get('/api/nothing')).json()).toMatchObject({ code: 'not_found' })
    const redirect = await get('/admin')
    expect([redirect.status, redirect.headers.get('Location')]).toEqual([308, '/admin/'])
    const nothing = await get('/nothing')
    expect(nothing.status).toBe(404)
    expect(nothing.headers.get('Content-Security-Policy')).toContain("default-src 'self'")
  })

  it('changes its pace for the tour, and for nothing else', async () => {
    const paces: boolean[] = []
    const tour = createTourRoutes({
      accounts: () => [],
      isQuick: () => false,
      events: () => [],
      setQuick: isQuick => paces.push(isQuick),
      kill() {},
      loseNextAnswer() {},
    })
    const ask = async (body: string, Origin = 'http://localhost:3000') => {
      const init = { method: 'POST', headers: { Origin }, body }
      return (await tour.fetch(new Request('http://localhost:3000/api/tour/pace', init))).status
    }
    for (const nonsense of ['', '{', 'null', '{"quick":"yes"}']) {
      expect([nonsense, await ask(nonsense)]).toEqual([nonsense, 400])
    }
    expect(await ask('{"quick":false}')).toBe(204)
    expect(await ask('{"quick":true}', 'http://evil.example')).toBe(403)
    expect(paces).toEqual([])
  })

  it('answers older clients below short paths, where it is told to', async () => {
    const ask = async (bar: Awaited<ReturnType<typeof open>>) =>
      (await bar.fetch(new Request('http://bar.example/api/user'))).json()
    expect(await ask(await open({ shortPaths: '/api' }))).toMatchObject({
      code: 'not_authenticated',
    })
    expect(await ask(await open())).toMatchObject({ code: 'not_found' })
  })

  it('lets guests open an account, as customers', async () => {
    const bar = await open()
    const response = await bar.fetch(
      new Request('http://bar.example/api/auth/register', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-Session-Client': 'admin' },
        body: JSON.stringify({
          email: 'kim@bar.example',
          password: 'correct horse',
          role: 'admin',
        }),
      }),
      { ip: '203.0.113.7' },
    )
    expect(await response.json()).toMatchObject({
      user: { role: 'customer' },
      session: { ip: '203.0.113.7' },
    })
  })
})

describe('the demo accounts', () => {
  it('are there for each role, with passwords made up for this folder', async () => {
    const { auth } = await open()
    const [here, there] = [temporaryFolder(), temporaryFolder()]
    const accounts = await ensureDemoAccounts(auth.users, here)
    expect(accounts.map(({ role }) => role)).toEqual([
      'customer',
      'bartender',
      'bartender',
      'admin',
    ])
    for (const { email, password, role } of accounts) {
      expect(password).toMatch(/^[a-z2-9]{4}(-[a-z2-9]{4}){3}$/)
      expect(await auth.users.authenticate(email, password)).toMatchObject({ role })
    }
    expect(statSync(join(here, 'demo-accounts.json')).mode & 0o777).toBe(0o600)
    const others = await ensureDemoAccounts((await open()).auth.users, there)
    expect(others.map(({ password }) => password)).not.toEqual(
      accounts.map(({ password }) => password),
    )
  })

  it('are the same at the second start', async () => {
    const { auth } = await open()
    const folder = temporaryFolder()
    const first = await ensureDemoAccounts(auth.users, folder)
    expect(await ensureDemoAccounts(auth.users, folder)).toEqual(first)
  })

  it.each(['lost', 'damaged'])('get new passwords when the file is %s', async how => {
    const { auth } = await open()
    const folder = temporaryFolder()
    const file = join(folder, 'demo-accounts.json')
    await ensureDemoAccounts(auth.users, folder)
    if (how === 'lost') rmSync(file)
    else writeFileSync(file, '[{')
    const accounts = await ensureDemoAccounts(auth.users, folder)
    for (const { email, password } of accounts) {
      expect(await auth.users.authenticate(email, password)).not.toBeNull()
    }
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(accounts)
  })
})

describe('a bar that nobody has been to', () => {
  it('is given a day that could have been, once', async () => {
    const database = await openDatabase({ url: ':memory:' })
    onTestFinished(() => database.close())
    const bar = await createBar({ database, keys: await generateKeys(), rateLimits: false })
    const imagine = () => imagineFirstEvening(database, bar.auth.users, systemClock)
    await imagine()
    const day = await barFigures(database, systemClock)
    expect(day.orders.placed).toBeGreaterThan(40)
    expect(day.orders.open).toBe(0)
    expect(day.favourites).toHaveLength(5)

    await imagine()
    expect((await barFigures(database, systemClock)).orders).toEqual(day.orders)
  })
})

describe('a site of built files', () => {
  function build() {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'dist', 'assets'), { recursive: true })
    writeFileSync(join(folder, 'secret.txt'), 'secret')
    writeFileSync(join(folder, 'dist', 'index.html'), '<title>App</title>')
    writeFileSync(join(folder, 'dist', '.env'), 'secret')
    writeFileSync(join(folder, 'dist', 'assets', 'app-1a2b.js'), 'run()')
    const site = loadSite('/app/', join(folder, 'dist'), true)
    if (!site) throw new Error('There is no site')
    return (path: string, headers = {}) =>
      site(path, new Request('http://bar.example', { headers }))
  }

  it('serves files with their type, and those named after their content for ever', () => {
    const get = build()
    const page = get('/app/')
    expect(page?.headers.get('Content-Type')).toBe('text/html; charset=utf-8')
    expect(page?.headers.get('Cache-Control')).toBe('no-cache')
    expect(page?.headers.get('X-Content-Type-Options')).toBe('nosniff')
    expect(page?.headers.get('Content-Security-Policy')).toContain("frame-ancestors 'none'")
    const script = get('/app/assets/app-1a2b.js')
    expect(script?.headers.get('Content-Type')).toBe('text/javascript; charset=utf-8')
    expect(script?.headers.get('Cache-Control')).toContain('immutable')
  })

  it('answers 304 to who has the file', () => {
    const get = build()
    const etag = get('/app/')?.headers.get('ETag') ?? ''
    expect(get('/app/', { 'If-None-Match': etag })?.status).toBe(304)
    expect(get('/app/', { 'If-None-Match': `W/${etag}` })?.status).toBe(304)
    expect(get('/app/', { 'If-None-Match': '"other"' })?.status).toBe(200)
  })

  it('answers the pages of a single-page app with its index, and missing files not at all', async () => {
    const get = build()
    expect(await get('/app/orders/7')?.text()).toBe('<title>App</title>')
    expect(get('/app/assets/missing.js')).toBeNull()
    expect(get('/other/')).toBeNull()
  })

  it.each([
    '/app/../secret.txt',
    '/app/..%2fsecret.txt',
    '/app/%2e%2e/secret.txt',
    '/app//etc/passwd',
    '/app/.env',
    '/app/__proto__',
  ])('never leaves its folder for %s', async path => {
    const text = await build()(path)?.text()
    expect(text ?? '').not.toContain('secret')
    expect(text ?? '').not.toContain('root:')
  })

  it('is none where nothing is built', () => {
    expect(loadSite('/app/', join(temporaryFolder(), 'dist'), true)).toBeNull()
  })
})
