// Clones HEAD into a new folder and follows the README there with empty caches: `npm start` until a page
// answers, then `npm test`. Finds the install step that only this machine's left-overs make up for.
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const PORT = '3987'
const PATIENCE_SECONDS = 300

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const folder = mkdtempSync(join(tmpdir(), 'tabkeeper-fresh-'))
const clone = join(folder, 'clone')
const home = name => {
  const path = join(folder, name)
  mkdirSync(path)
  return path
}
const env = {
  ...process.env,
  XDG_DATA_HOME: home('data'),
  XDG_CACHE_HOME: home('cache'),
  XDG_STATE_HOME: home('state'),
  PNPM_HOME: home('pnpm'),
  npm_config_cache: home('npm'),
  PORT,
}
// What this repository has installed must not help.
env.PATH = env.PATH.split(':')
  .filter(path => !path.startsWith(root))
  .join(':')

let status = 1
try {
  execFileSync('git', ['clone', '--quiet', root, clone], { stdio: 'inherit' })
  const began = Date.now()
  const server = spawn('npm', ['start'], { cwd: clone, env, stdio: 'inherit', detached: true })
  const ended = new Promise(done => server.on('close', done))
  const answered = await answers(`http://localhost:${PORT}/admin/`, ended)
  const seconds = Math.round((Date.now() - began) / 1000)
  process.kill(-server.pid, 'SIGINT')
  await ended
  console.log(answered ? `npm start answered after ${seconds} s.` : 'npm start never answered.')
  if (answered) {
    const test = spawn('npm', ['test'], { cwd: clone, env, stdio: 'inherit' })
    status = await new Promise(done => test.on('close', done))
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.exit(status)

async function answers(url, ended) {
  let isOver = false
  ended.then(() => {
    isOver = true
  })
  for (let second = 0; second < PATIENCE_SECONDS && !isOver; second++) {
    const answer = await fetch(url).catch(() => null)
    if (answer?.ok) return true
    await new Promise(done => setTimeout(done, 1000))
  }
  return false
}
