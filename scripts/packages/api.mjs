// Compares the public surface of every entry with its report in api/, so that a change of it shows in
// review: what the packed declarations export, in the order of the names and without comments, and what
// that is made of. `--write` writes the reports anew.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { conclude, project, published, root } from './packages.mjs'

const isWriting = process.argv.includes('--write')
const reports = join(root, 'api')
const printer = ts.createPrinter({ removeComments: true })

const entries = published.flatMap(({ name, entries, manifest }) =>
  entries.map(entry => {
    const folder = realpathSync(join(project, 'node_modules', ...name.split('/')))
    const { types } = manifest.exports[`.${entry.slice(name.length)}`]
    const report = `${entry.replace('@tabkeeper/', '').replace('/', '-')}.api.md`
    return { entry, folder, types: join(folder, types), report }
  }),
)
const program = ts.createProgram(
  entries.map(({ types }) => types),
  {
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ES2022,
    types: [],
    noLib: true,
  },
)
const checker = program.getTypeChecker()

const problems = []
mkdirSync(reports, { recursive: true })
for (const { entry, folder, types, report } of entries) {
  const path = join(reports, report)
  const before = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const after = surface(entry, folder, types)
  if (isWriting) writeFileSync(path, after)
  else if (before !== after)
    problems.push(`The public surface of ${entry} is not what api/${report} says (npm run api).`)
}
const known = entries.map(({ report }) => report)
for (const file of readdirSync(reports).filter(file => !known.includes(file))) {
  if (isWriting) rmSync(join(reports, file))
  else problems.push(`api/${file} is about an entry that there is not (npm run api).`)
}
conclude(problems, `${entries.length} reports in api/ tell the public surface.`)

function surface(entry, folder, types) {
  const file = program.getSourceFile(types)
  const exported = new Map(
    checker
      .getExportsOfModule(checker.getSymbolAtLocation(file))
      .map(symbol => [resolve(symbol), symbol.name]),
  )
  const isOwn = declaration =>
    declaration.getSourceFile().fileName.startsWith(folder) &&
    ts.isSourceFile(top(declaration).parent)

  const texts = { public: [], private: [] }
  const seen = new Set()
  const waiting = [...exported.keys()]
  for (const symbol of waiting) {
    if (seen.has(symbol)) continue
    seen.add(symbol)
    const isPublic = exported.has(symbol)
    const declarations = (symbol.declarations ?? []).filter(isOwn).map(top)
    for (const node of declarations) {
      waiting.push(...symbolsIn(node))
      texts[isPublic ? 'public' : 'private'].push({ name: symbol.name, text: print(node) })
    }
  }
  // What it adds to a library of others (`declare module 'axios'`) has no name of its own.
  for (const node of file.statements.filter(ts.isModuleDeclaration))
    texts.public.push({ name: node.name.text, text: print(node) })
  const section = list =>
    list
      .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
      .map(({ text }) => text)
      .join('\n\n')
  const inner =
    texts.private.length === 0
      ? ''
      : `\nNot exported, but part of it:\n\n\`\`\`ts\n${section(texts.private)}\n\`\`\`\n`
  return `# ${entry}\n\n\`\`\`ts\n${section(texts.public)}\n\`\`\`\n${inner}`
}

function resolve(symbol) {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
}

/** The statement that a declaration is, or is part of. */
function top(node) {
  return ts.isVariableDeclaration(node) ? node.parent.parent : node
}

function symbolsIn(node) {
  const found = []
  const visit = child => {
    if (ts.isIdentifier(child)) {
      const symbol = checker.getSymbolAtLocation(child)
      if (symbol) found.push(resolve(symbol))
    }
    ts.forEachChild(child, visit)
  }
  visit(node)
  return found
}

function print(node) {
  return printer
    .printNode(ts.EmitHint.Unspecified, node, node.getSourceFile())
    .replace(/^(export )?(declare )?/, '')
}
