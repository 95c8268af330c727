// Holds each entry, and the bundles that people really make, to its budget in sizes.json, and the READMEs
// to the same numbers. `--write` takes what is measured, and a little, as the new budget, in the READMEs too;
// never more than "most", where that was promised.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import esbuild from 'esbuild'
import { conclude, project, published, root } from './packages.mjs'

const isWriting = process.argv.includes('--write')
const budgetFile = join(root, 'sizes.json')
const budget = JSON.parse(readFileSync(budgetFile, 'utf8'))

/** What an entry of a client package may bring along, besides the host that it is named for. */
const allowed = /(^|node_modules\/)(@tabkeeper|zod|jwt-decode)(\/|$)/
const notForPages = ['@tabkeeper/conformance', '@tabkeeper/server', '@tabkeeper/testing']
const clients = published.filter(({ name }) => !notForPages.includes(name))
const core = '@tabkeeper/core'
const problems = []

const entries = clients
  .flatMap(each => each.entries)
  .map(entry => [entry, `export * from '${entry}'`, budget.entries[entry]])
const bundles = Object.entries(budget.bundles).map(([name, each]) => [name, each.code, each])
for (const [name, code, limits = {}] of [...entries, ...bundles]) {
  // A binding leaves to core what bindings share; it comes with core, once for all of them.
  const isBinding = /^@tabkeeper\/(react|vue)$/.test(name)
  const own = await measure(code, ['zod', 'jwt-decode', ...(isBinding ? [core] : [])], name)
  const all = await measure(code, [], name)
  if (isWriting) {
    limits.own = Math.min(withHeadroom(own), limits.most ?? Number.POSITIVE_INFINITY)
    limits.all = withHeadroom(all)
    if (name.startsWith('@')) budget.entries[name] = limits
  } else if (!(own <= limits.own) || !(all <= limits.all))
    problems.push(
      `${name}: ${own} kB own code and ${all} kB all in, over the budget of ${limits.own} and ${limits.all} in sizes.json (npm run sizes)`,
    )
}
for (const name of Object.keys(budget.entries))
  if (!entries.some(([entry]) => entry === name)) problems.push(`sizes.json: there is no ${name}`)
if (isWriting) writeFileSync(budgetFile, `${JSON.stringify(budget, null, 2)}\n`)

replaceIn('README.md', /(<!-- sizes -->\n)[\s\S]*?(<!-- \/sizes -->)/, table())
for (const { name, folder } of clients) {
  const { own } = budget.entries[name]
  replaceIn(
    join(folder, 'README.md').slice(root.length + 1),
    /(^[^\n#]* )[\d.]+( kB)/m,
    String(own),
  )
}
conclude(
  problems,
  `${entries.length + bundles.length} bundles keep to their budgets; the READMEs say the same.`,
)

/** So that a fix of two lines is not about the budget. */
function withHeadroom(kilobytes) {
  return Math.ceil(kilobytes * 10.2) / 10
}

function bundling(code, left) {
  return {
    stdin: { contents: code, resolveDir: project },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    target: 'es2022',
    // Peers are the user's own.
    external: [...left, ...left.map(each => `${each}/*`), 'axios', 'react', 'vue'],
  }
}

/**
 * Kilobytes (1000 bytes), minified and brotli-compressed, rounded up to one decimal. What is loaded at
 * first counts; what an entry loads later, on demand, has an entry of its own.
 */
async function measure(code, left, name) {
  const result = await esbuild.build(bundling(code, left))
  const { inputs, outputs } = result.metafile
  const [{ imports }] = Object.values(outputs)
  const pulled = [...Object.keys(inputs), ...imports.map(({ path }) => path)]
  const host = name.toLowerCase().match(/axios|react|vue/)?.[0]
  for (const path of pulled.filter(path => path !== '<stdin>' && path !== host))
    if (!allowed.test(path)) problems.push(`${name} pulls ${path}`)
  return Math.ceil((await bytesAtFirst(code, left)) / 100) / 10
}

/** Of the file of the entry, and of those that it and they import without waiting. */
async function bytesAtFirst(code, left) {
  const options = { ...bundling(code, left), splitting: true, outdir: project }
  const { metafile, outputFiles } = await esbuild.build(options)
  const { outputs } = metafile
  const paths = Object.keys(outputs).filter(path => outputs[path].entryPoint === '<stdin>')
  for (const path of paths)
    for (const { path: next, kind, external } of outputs[path].imports)
      if (kind === 'import-statement' && !external && !paths.includes(next)) paths.push(next)
  return paths
    .map(path => outputFiles.find(file => file.path.endsWith(path.split('/').at(-1))))
    .reduce((sum, { contents }) => sum + brotliCompressSync(contents).length, 0)
}

function table() {
  const rows = Object.entries(budget.bundles).map(
    ([name, { own, all }]) => `| ${name} | ${own} kB | ${all} kB |`,
  )
  return [
    '| what is imported | own code | with zod/mini and jwt-decode |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}

/** Puts the text between the two groups of the pattern, or says that something else is there. */
function replaceIn(file, pattern, text) {
  const path = join(root, file)
  const before = readFileSync(path, 'utf8')
  if (!pattern.test(before)) return problems.push(`${file} does not tell the size (${pattern})`)
  const after = before.replace(pattern, (_, left, right) => left + text + right)
  if (after === before) return
  if (isWriting) writeFileSync(path, after)
  else problems.push(`${file} tells another size than sizes.json: ${text} (npm run sizes)`)
}
