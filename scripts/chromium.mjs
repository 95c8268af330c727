// Finds a Chromium for the browser stories, or unpacks the one that comes with the dev dependencies.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/**
 * Returns the environment in which the stories find their browser: `CHROMIUM_PATH`, and
 * `CHROMIUM_LIBRARIES` where the browser brings shared libraries of its own.
 */
export async function provideChromium(root) {
  const given = process.env.CHROMIUM_PATH
  if (given) {
    if (!existsSync(given)) throw new Error(`CHROMIUM_PATH names ${given}, where there is no file.`)
    return { CHROMIUM_PATH: given }
  }
  const installed = onPath()
  if (installed) return { CHROMIUM_PATH: installed }
  if (process.platform === 'linux' && process.arch === 'x64') return unpackBundled(root)
  return installWithApt()
}

function onPath() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  return NAMES.flatMap(name => folders.map(folder => join(folder, name))).find(existsSync)
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
  return { CHROMIUM_PATH: onPath() }
}
