// The documentation site: `npm run docs` serves it, `npm run docs -- build` writes it to docs/site/dist and
// fails where a link leads nowhere.
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const site = join(root, 'docs', 'site')
const [command = 'dev', ...rest] = process.argv.slice(2)

run(join(site, 'reference.mjs'))
run(join(site, 'node_modules', 'vitepress', 'bin', 'vitepress.js'), command, site, ...rest)

function run(program, ...args) {
  const { status } = spawnSync(process.execPath, [program, ...args], {
    cwd: root,
    stdio: 'inherit',
  })
  if (status !== 0) process.exit(status ?? 1)
}
