// The packages that are published: those of packages/ that are not private.
import { createHash } from 'node:crypto'
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

const packages = join(root, 'packages')

/** In the order of their names; `entries` are the specifiers that a user can import. */
export const published = readdirSync(packages)
  .sort()
  .map(folder => ({ folder: join(packages, folder), ...read(join(packages, folder)) }))
  .filter(({ manifest }) => !manifest.private)
  .map(({ folder, manifest }) => ({
    folder,
    manifest,
    name: manifest.name,
    entries: Object.entries(manifest.exports)
      .filter(([path, { types }]) => path !== './package.json' && types)
      .map(([path]) => manifest.name + path.slice(1)),
    /** Where `pack.mjs` puts its tarball, and a user's project that has it installed. */
    tarball: join(scratch(), `${manifest.name.replace('@', '').replace('/', '-')}.tgz`),
  }))

/**
 * A project of a user, with all packages installed from their tarballs. It lies outside this workspace,
 * whose own node_modules would make up for a dependency that a package forgot to declare.
 */
export const project = join(scratch(), 'project')

/** Puts the programs of consumers/ into that project, from where they import what it has installed. */
export function copyConsumers() {
  cpSync(join(import.meta.dirname, 'consumers'), project, { recursive: true })
}

/** Supported releases of axios besides the newest, under the names that they are installed by. */
export const { devDependencies: axiosReleases } = JSON.parse(
  readFileSync(join(root, 'scripts', 'axios-releases', 'package.json'), 'utf8'),
)

/** What users bring to that project themselves. */
export const hosts = [
  'axios',
  'msw',
  'react',
  'react-dom',
  'vite',
  'vitest',
  'vue',
  'zod',
  '@types/node',
  '@types/react',
  '@types/react-dom',
  '@vitejs/plugin-react',
]

/** Where all of this is made, for this workspace or a clone of it. */
export function scratch(workspace = root) {
  const id = createHash('sha256').update(workspace).digest('hex').slice(0, 8)
  return join(tmpdir(), `tabkeeper-packages-${id}`)
}

function read(folder) {
  return { manifest: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) }
}

/** The program of a release of Node: this one, or one that is pinned here; `null` where there is none. */
export function nodeOf(release) {
  if (process.versions.node.startsWith(`${release}.`)) return process.execPath
  const { platform, arch } = process
  const name = `node-${release}-${platform}-${arch}`
  const node = join(import.meta.dirname, 'node_modules', name, 'bin', 'node')
  return existsSync(node) ? node : null
}

/** Ends the program: with what is wrong, or with one line that says what was seen to be right. */
export function conclude(problems, summary) {
  for (const problem of problems) console.error(problem)
  if (problems.length === 0) console.log(summary)
  process.exit(problems.length === 0 ? 0 : 1)
}
