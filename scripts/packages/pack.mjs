// Builds and packs every package, looks into the tarballs, and installs them in a user's project.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { axiosReleases, conclude, hosts, project, published, root, scratch } from './packages.mjs'
import { pnpm } from './run.mjs'

rmSync(scratch(), { recursive: true, force: true })
mkdirSync(project, { recursive: true })
const selected = published.flatMap(({ name }) => ['--filter', name])
await pnpm([...selected, '-r', 'run', 'build'])
await pnpm([...selected, '-r', 'pack', '--out', join(scratch(), '%s.tgz')])
install()
// Without `hoist`, a package finds what it declares and nothing else.
await pnpm(['install', '--prefer-offline', '--ignore-workspace', '--config.hoist=false'], {
  cwd: project,
})

const problems = published.flatMap(each =>
  problemsOf(each).map(problem => `${each.name}: ${problem}`),
)
conclude(problems, `${published.length} packages are packed as they should be.`)

function install() {
  const ours = published.map(({ name, tarball }) => [name, `file:${tarball}`])
  const theirs = hosts.map(name => [name, versionOf(name)])
  const dependencies = { ...Object.fromEntries([...ours, ...theirs]), ...axiosReleases }
  const manifest = { private: true, type: 'module', dependencies }
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest, null, 2))
}

function versionOf(name) {
  const workspace = [root, import.meta.dirname, ...published.map(({ folder }) => folder)]
  return workspace
    .map(folder => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')))
    .map(({ dependencies, devDependencies }) => ({ ...dependencies, ...devDependencies })[name])
    .find(version => version !== undefined)
}

function problemsOf({ name, manifest: source }) {
  const folder = join(project, 'node_modules', ...name.split('/'))
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && !entry.parentPath.includes(join(folder, 'node_modules')))
    .map(entry => relative(folder, join(entry.parentPath, entry.name)))
  const texts = files.map(file => [file, readFileSync(join(folder, file), 'utf8')])

  const problems = []
  const expect = (condition, problem) => condition || problems.push(problem)

  const targets = Object.values(manifest.exports).flatMap(each =>
    typeof each === 'string' ? [each] : Object.values(each),
  )
  for (const target of [...targets, ...Object.values(manifest.bin ?? {})])
    expect(existsSync(join(folder, target)), `${target} is named in package.json and not there`)
  for (const [path, entry] of Object.entries(manifest.exports)) {
    if (path === './package.json') continue
    const conditions = Object.keys(entry).join()
    expect(conditions === 'types,default', `the entry ${path} has the conditions ${conditions}`)
  }
  const allowed = ['LICENSE', 'README.md', 'package.json']
  for (const file of files)
    expect(
      allowed.includes(file) || /^(dist|bin)\/[^.]+\.(js|d\.ts)$/.test(file),
      `${file} does not belong into the tarball`,
    )
  for (const file of allowed) expect(files.includes(file), `${file} is missing`)
  for (const [file, text] of texts)
    expect(!text.includes(root), `${file} names a path of the machine that built it`)
  expect(!JSON.stringify(manifest).includes('workspace:'), 'a version range says workspace:')
  expect(manifest.type === 'module', 'it is not a package of ES modules')
  expect(manifest.sideEffects === false, 'it does not say that it has no side effects')
  expect(manifest.engines?.node === '>=22', `engines.node is ${manifest.engines?.node}`)
  expect(manifest.license === 'MIT', `license is ${manifest.license}`)
  expect(manifest.description && manifest.keywords?.includes('tabkeeper'), 'nobody would find it')
  for (const [dependency, version] of Object.entries(source.dependencies ?? {}))
    expect(/^(\d|workspace:)/.test(version), `${dependency} is not pinned but ${version}`)
  return problems
}
