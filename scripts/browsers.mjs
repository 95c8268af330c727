// Finds the browsers of the stories. Chromium always: the one that comes with the dev dependencies is
// unpacked where there is no other. Firefox and WebKit where they are installed; in CI they must be.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const CHROMIUM = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/**
 * Returns the environment in which the stories find their browsers: `CHROMIUM_PATH`, `FIREFOX_PATH`,
 * `WEBKIT_DRIVER_PATH`, and `CHROMIUM_LIBRARIES` where Chromium brings shared libraries of its own.
 * Says which ones are missing, and throws for them with `CI=true`.
 */
export async function provideBrowsers(root) {
  const optional = [
    { engine: 'Firefox', variable: 'FIREFOX_PATH', path: findFirefox() },
    { engine: 'WebKit', variable: 'WEBKIT_DRIVER_PATH', path: findWebKitDriver() },
  ]
  const missing = optional.filter(({ path }) => path === undefined).map(({ engine }) => engine)
  if (missing.length > 0 && process.env.CI === 'true')
    throw new Error(
      `${missing.join(' and ')} not found: CI runs the stories in every engine. Install firefox-esr, webkit2gtk-driver and xvfb.`,
    )
  for (const engine of missing) console.log(`The stories in ${engine} are skipped: not installed`)
  const found = optional.filter(({ path }) => path !== undefined)
  const chromium = await provideChromium(root)
  if (chromium.CHROMIUM_LIBRARIES !== undefined)
    console.log(
      'The stories of hidden tabs and the back/forward cache are skipped in Chromium: its headless shell knows neither',
    )
  return {
    ...chromium,
    ...Object.fromEntries(found.map(({ variable, path }) => [variable, path])),
  }
}

/** The Firefox that WebDriver BiDi is tried with; macOS and Windows name theirs by `FIREFOX_PATH`. */
function findFirefox() {
  return process.env.FIREFOX_PATH ?? onPath(['firefox-esr', 'firefox'])
}

/** WebKitGTK draws on a display even where nobody looks, so that it needs Xvfb too. */
function findWebKitDriver() {
  const driver = process.env.WEBKIT_DRIVER_PATH ?? onPath(['WebKitWebDriver'])
  return onPath(['Xvfb']) && driver
}

async function provideChromium(root) {
  const given = process.env.CHROMIUM_PATH
  if (given) {
    if (!existsSync(given)) throw new Error(`CHROMIUM_PATH names ${given}, where there is no file.`)
    return { CHROMIUM_PATH: given }
  }
  const installed = onPath(CHROMIUM)
  if (installed) return { CHROMIUM_PATH: installed }
  if (process.platform === 'linux' && process.arch === 'x64') return unpackBundled(root)
  return installWithApt()
}

function onPath(names) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  return names.flatMap(name => folders.map(folder => join(folder, name))).find(existsSync)
}

async function unpackBundled(root) {
  const folder = join(root, 'node_modules', '.cache', 'tabkeeper-chromium')
  mkdirSync(folder, { recursive: true })
  const libraries = join(folder, 'al2023', 'lib')
  // The package unpacks to the temporary folder, wherever that is.
  const previous = process.env.TMPDIR
  process.env.TMPDIR = folder
  try {
    if (!existsSync(join(folder, 'chromium'))) console.log('Unpacking Chromium …')
    const { default: chromium, inflate } = await import('@sparticuz/chromium')
    const path = await chromium.executablePath()
    if (!existsSync(libraries))
      await inflate(join(root, 'node_modules', '@sparticuz', 'chromium', 'bin', 'al2023.tar.br'))
    return { CHROMIUM_PATH: path, CHROMIUM_LIBRARIES: libraries }
  } finally {
    if (previous === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = previous
  }
}

function installWithApt() {
  console.log('Installing Chromium with apt-get …')
  try {
    execFileSync('apt-get', ['update', '-qq'], { stdio: 'inherit' })
    execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], {
      stdio: 'inherit',
    })
  } catch (cause) {
    throw new Error('No Chromium was found: install one, or set CHROMIUM_PATH to its program.', {
      cause,
    })
  }
  return { CHROMIUM_PATH: onPath(CHROMIUM) }
}
