import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'

const start = fileURLToPath(new URL('../../scripts/start.mjs', import.meta.url))

export type App = 'admin' | 'customer' | 'bartender'
export const apps: readonly App[] = ['admin', 'customer', 'bartender']

/** The bar as `npm start` opens it, in a process of its own. */
export interface Bar extends AsyncDisposable {
  readonly origin: string
  readonly accounts: Readonly<Record<App, Account>>
  /** What the process has printed. */
  printed(): string
  /** Ends the process without a warning, as a power cut does, and starts it again on the same data. */
  crashAndRestart(): Promise<void>
  /** Asks the process to end; its exit code. */
  close(): Promise<number | null>
}

export interface Account {
  readonly role: App
  readonly email: string
  readonly password: string
}

/** Opens the bar on a free port and an empty data folder; `env` adds to the environment. */
export async function openBar(env: NodeJS.ProcessEnv = {}): Promise<Bar> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tabkeeper-bar-'))
  let bar = await run({ DATA_DIR: dataDir, PORT: '0', ...env })
  const { port, origin } = new URL(bar.origin)
  const list: Account[] = JSON.parse(await readFile(join(dataDir, 'demo-accounts.json'), 'utf8'))
  const accountOf = (app: App) => {
    const account = list.find(({ role }) => role === app)
    if (account === undefined) throw new Error(`There is no demo account for ${app}.`)
    return account
  }
  const close = async () => {
    bar.child.kill('SIGTERM')
    return bar.exited
  }
  return {
    origin,
    accounts: {
      admin: accountOf('admin'),
      customer: accountOf('customer'),
      bartender: accountOf('bartender'),
    },
    printed: () => bar.printed(),
    async crashAndRestart() {
      bar.child.kill('SIGKILL')
      await bar.exited
      bar = await run({ DATA_DIR: dataDir, PORT: port, ...env })
    },
    close,
    async [Symbol.asyncDispose]() {
      await close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

async function run(env: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, [start], {
    env: { ...process.env, NODE_ENV: 'development', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', chunk => {
      output += chunk
    })
  }
  const exited = once(child, 'exit').then(([code]): number | null => code)
  const origin = await printedOrigin(child, exited, () => output)
  return { child, exited, origin, printed: () => output }
}

/** The origin in the welcome, once it is printed: from then on the bar answers. */
async function printedOrigin(
  child: ChildProcess,
  exited: Promise<number | null>,
  printed: () => string,
): Promise<string> {
  const ended = exited.then(code => {
    throw new Error(`The bar did not open (exit code ${code}):\n${printed()}`)
  })
  for (;;) {
    const [, origin] = printed().match(/The bar is open: (\S+)/) ?? []
    if (origin !== undefined && printed().includes('Stop with Ctrl-C')) {
      ended.catch(() => {})
      return origin
    }
    await Promise.race([once(child.stdout ?? child, 'data'), ended])
  }
}

/** Signs in as a person does: by the form of the app's page. */
export async function signIn(page: Page, bar: Bar, app: App): Promise<void> {
  const { email, password } = bar.accounts[app]
  await page.goto(`${bar.origin}/${app}/`)
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await untilStatus(page, 'authenticated')
}

export async function untilStatus(page: Page, status: string): Promise<void> {
  await page.locator(`[data-testid="session-state"][data-session-status="${status}"]`).waitFor()
}
