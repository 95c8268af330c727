// Measures how long another tab's page goes on after a sign-out, from the call of `logout()` to the text of
// that page, in every browser that is there: `npm run bench:sign-out`, or `-- --rounds 100`. `--write` puts
// the figures into bench/README.md.
import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort } from 'node:worker_threads'
import { wholeNumber } from './arguments.mjs'
import { provideBrowsers } from './browsers.mjs'
import { inWorkers } from './in-workers.mjs'

const names = { chromium: 'Chromium', firefox: 'Firefox', webkit: 'WebKitGTK' }

if (isMainThread) await main()
else parentPort.on('message', async portion => parentPort.postMessage(await measure(portion)))

async function main() {
  // Browsers end with this process, and that ends by a signal as by itself.
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '20' },
      write: { type: 'boolean', default: false },
    },
  })
  const rounds = wholeNumber(values, 'rounds')
  const root = dirname(dirname(fileURLToPath(import.meta.url)))
  Object.assign(process.env, await provideBrowsers(root))

  const rows = []
  // One after the other: they would take the cores from each other.
  for (const engine of Object.keys(names)) {
    const [took] = await inWorkers(new URL(import.meta.url), [{ engine, rounds }])
    if (took === null) console.log(`${names[engine]}: skipped, not installed`)
    else rows.push(`| ${names[engine]} | ${median(took)} ms | ${Math.max(...took)} ms |`)
  }
  const date = new Date().toISOString().slice(0, 10)
  const machine = `${availableParallelism()} cores of ${cpus()[0]?.model.trim()}`
  const text = `| another tab shows it after | median | most |
|---|---|---|
${rows.join('\n')}

${rounds} sign-outs each; ${date}, ${machine}, load ${loadavg()[0]?.toFixed(1)}.
`
  console.log(text)
  if (!values.write) return
  const file = join(root, 'bench', 'README.md')
  const marks = /(<!-- sign-out -->\n)[\s\S]*?(<!-- \/sign-out -->)/
  writeFileSync(file, readFileSync(file, 'utf8').replace(marks, `$1${text}$2`))
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}

/** Milliseconds from a sign-out in the tab in front to the page of the one behind it, for each round. */
async function measure({ engine, rounds }) {
  const { isInstalled, openBrowser, serveBar } = await import('@tabkeeper/testing/browser')
  if (!isInstalled(engine)) return null
  await using bar = await serveBar({ accessTokenTtl: 600_000 })
  await using browser = await openBrowser(engine)
  const behind = await openTab(browser, bar)
  const front = await openTab(browser, bar)
  const took = []
  for (let round = 0; round < rounds; round++) {
    await front.evaluate(account => session.login(account).then(() => {}), bar.account)
    await behind.waitFor(() => document.body.textContent === 'authenticated')
    const at = await front.evaluate(() => {
      const at = Date.now()
      void session.logout()
      return at
    })
    for (const tab of [behind, front])
      await tab.waitFor(() => document.body.textContent === 'unauthenticated')
    took.push((await behind.evaluate(() => shownAt)) - at)
  }
  return took
}

/** A tab whose page says who is there, and knows when it last began to say something else. */
async function openTab(browser, bar) {
  const tab = await browser.openTab(`${bar.origin}/`)
  await tab.evaluate(() => {
    globalThis.session = tabkeeper.createSession({ app: 'admin', authUrl: '/api/auth' })
    const show = ({ status }) => {
      if (document.body.textContent === status) return
      document.body.textContent = status
      globalThis.shownAt = Date.now()
    }
    session.subscribe(show)
    show(session.getState())
  })
  return tab
}
