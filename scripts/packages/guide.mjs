// Does what docs/guides/five-minutes.md says, with the tarballs: the app that `create-vite` makes, the
// files of the guide, the server's command, and a browser in place of the reader.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createPort } from 'node:net'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'
import { provideBrowsers } from '../browsers.mjs'
import { conclude, project, root, scratch } from './packages.mjs'
import { run } from './run.mjs'

const LIFETIME = 20 // seconds; as in the guide
const ADA = { email: 'ada@bar.test', password: 'correct horse battery staple' }

const guide = readFileSync(join(root, 'docs', 'guides', 'five-minutes.md'), 'utf8')
const app = join(project, 'till')
const data = join(scratch(), 'guide-data')
const port = await freePort()
const problems = []
const expect = (found, expected, what) => {
  if (String(found) !== String(expected)) problems.push(`${what}: ${found}, not ${expected}`)
}

makeApp()
await check('types', process.execPath, [
  tool('typescript-7', 'bin', 'tsc'),
  '-p',
  'tsconfig.app.json',
])
const addUser = spawn(process.execPath, [serverCommand(), 'add-user', ADA.email], withData())
addUser.stdin.end(`${ADA.password}\n`)
expect((await once(addUser, 'exit'))[0], 0, 'add-user ends with')

let server = await startServer()
const { createServer } = await import(
  pathToFileURL(join(project, 'node_modules/vite/dist/node/index.js'))
)
const vite = await createServer({ root: app, server: { port: 0 }, logLevel: 'silent' })
await vite.listen()
const { CHROMIUM_PATH } = await provideBrowsers(root)
const browser = await chromium.launch({ executablePath: CHROMIUM_PATH, args: ['--no-sandbox'] })
try {
  await follow(vite.resolvedUrls.local[0])
} catch (failure) {
  problems.push(failure.message)
} finally {
  await browser.close()
  await vite.close()
  server.kill('SIGKILL')
}
conclude(problems, 'The guide leads from an empty Vite app to a session that lasts.')

/** The guide's last chapter. */
async function follow(url) {
  const context = await browser.newContext()
  await context.clock.install()
  let refreshes = 0
  context.on('response', answer => {
    if (answer.url().endsWith('/api/auth/refresh') && answer.ok()) refreshes++
  })
  const [first, second] = [await context.newPage(), await context.newPage()]
  for (const page of [first, second]) {
    page.setDefaultTimeout(20_000)
    page.on('pageerror', error => problems.push(`the page: ${error.message}`))
  }
  const ask = async page => {
    const before = await page.locator('li').count()
    await page.getByRole('button', { name: 'Who am I?' }).click()
    return (await page.locator('li').nth(before).textContent()).replace(/^\d+: /, '')
  }

  await first.goto(url)
  await first.getByLabel('E-mail').fill(ADA.email)
  await first.getByLabel('Password').fill('wrong')
  await first.getByRole('button', { name: 'Sign in' }).click()
  await first
    .getByRole('alert')
    .filter({ hasText: /password/ })
    .waitFor()
  await first.getByLabel('Password').fill(ADA.password)
  await first.getByRole('button', { name: 'Sign in' }).click()
  expect(await ask(first), 200, 'the first request')
  await second.goto(url)

  await context.clock.fastForward(1.5 * LIFETIME * 1000)
  expect(await Promise.all([ask(first), ask(second)]), '200,200', 'both tabs, half a minute later')
  expect(refreshes, 1, 'refreshes')

  server.kill('SIGKILL')
  await once(server, 'exit')
  await ask(first)
  server = await startServer()
  expect(await ask(first), 200, 'the first request after the server is back')

  await first.getByRole('button', { name: 'Sign out' }).click()
  await second.getByText('Signed out: logout-elsewhere').waitFor()
}

/** The app as `create-vite` makes it, with the guide's files in it. */
function makeApp() {
  rmSync(app, { recursive: true, force: true })
  rmSync(data, { recursive: true, force: true })
  const template = join(import.meta.dirname, 'node_modules', 'create-vite', 'template-react-ts')
  cpSync(template, app, { recursive: true })
  const files = [...guide.matchAll(/^```tsx?\n\/\/ (\S+)\n([\s\S]*?)^```/gm)]
  expect(
    files.map(([, path]) => path),
    'vite.config.ts,src/session.ts,src/App.tsx',
    'the files',
  )
  for (const [, path, text] of files) {
    mkdirSync(dirname(join(app, path)), { recursive: true })
    writeFileSync(join(app, path), text.replace('127.0.0.1:3000', `127.0.0.1:${port}`))
  }
}

async function startServer() {
  const child = spawn(process.execPath, [serverCommand(), 'serve'], withData())
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (output += chunk))
  for (;;) {
    if (child.exitCode !== null) throw new Error(`The server did not start:\n${output}`)
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null)
    if (answer?.ok) return child
    await new Promise(done => setTimeout(done, 50))
  }
}

function serverCommand() {
  return join(project, 'node_modules', '@tabkeeper', 'server', 'bin', 'tabkeeper-server.js')
}

function withData() {
  const env = {
    ...process.env,
    CLIENTS: 'till',
    DATA_DIR: data,
    PORT: String(port),
    ACCESS_TOKEN_TTL: String(LIFETIME),
  }
  return { env }
}

function tool(...path) {
  return join(root, 'node_modules', ...path)
}

async function check(what, program, args) {
  const { code, output } = await run(program, args, { cwd: app })
  if (code !== 0) problems.push(`${what}:\n${output}`)
}

async function freePort() {
  const socket = createPort().listen(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}
