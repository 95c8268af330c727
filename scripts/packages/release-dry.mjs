// Rehearses a release of HEAD in a clone: versions and release notes from the changesets, tarballs and
// their checks, and what would be published. Changes nothing here and sends nothing anywhere.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { published, root, scratch } from './packages.mjs'

const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const folder = mkdtempSync(join(tmpdir(), 'tabkeeper-release-'))
const clone = join(folder, 'clone')

try {
  execFileSync('git', ['clone', '--quiet', root, clone], { stdio: 'inherit' })
  pnpm('install', '--frozen-lockfile', '--prefer-offline', '--reporter=silent')
  node(join('node_modules', '@changesets', 'cli', 'bin.js'), 'version')
  for (const { folder, name } of published) {
    const there = folder.replace(root, clone)
    const { version } = JSON.parse(readFileSync(join(there, 'package.json'), 'utf8'))
    const notes = join(there, 'CHANGELOG.md')
    const newest = existsSync(notes) ? readFileSync(notes, 'utf8').split(/^## /m)[1] : 'no notes'
    console.log(`\n${name} ${version}\n${newest}`)
  }
  // The versions in the lock file are those of the workspace, so that nothing has to be installed anew.
  for (const check of ['pack', 'lint', 'node-releases', 'types', 'api'])
    node(join('scripts', 'packages', `${check}.mjs`))
  const ours = published.flatMap(({ name }) => ['--filter', name])
  pnpm(...ours, '-r', 'publish', '--dry-run', '--no-git-checks', '--report-summary')
} finally {
  for (const left of [folder, scratch(clone)]) rmSync(left, { recursive: true, force: true })
}

function node(...args) {
  execFileSync(process.execPath, args, { cwd: clone, stdio: 'inherit' })
}

function pnpm(...args) {
  const npx = process.platform === 'win32' ? 'npx.cmd' : 'npx'
  execFileSync(npx, ['--yes', packageManager, ...args], { cwd: clone, stdio: 'inherit' })
}
