// Compiles every example: the `ts` and `tsx` blocks of the READMEs, of docs/ and of the doc comments. What they
// take for granted (a page's own functions and components) is declared in examples-prelude.d.ts. A block
// whose first line is `// src/session.ts` is that file, and the other files of its page can import it. Any
// block can import the session of its app from `./session` or `./api`.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const out = join(root, '.tsbuild', 'examples')
const packages = readdirSync(join(root, 'packages'))

const sources = [
  'README.md',
  ...files('docs'),
  ...packages.flatMap(name => files(join('packages', name))),
].filter(
  file =>
    /README\.md$|^docs\/(?!site).*\.md$/.test(file) ||
    /src\/.*(?<!\.test|\.test-d)\.tsx?$/.test(file),
)

rmSync(out, { recursive: true, force: true })
mkdirSync(out, { recursive: true })
cpSync(join(root, 'scripts', 'examples-prelude.d.ts'), join(out, 'prelude.d.ts'))
let count = 0
for (const file of sources) {
  const text = readFileSync(join(root, file), 'utf8')
  for (const { kind, code, line } of file.endsWith('.md')
    ? fromMarkdown(text)
    : fromComments(text)) {
    const page = file.replaceAll(/[^\w]+/g, '-')
    const own = /^\/\/ ([\w./-]+\.tsx?)\n/.exec(code)?.[1]
    const name = own === undefined ? `${page}-${line}-${count}.${kind}` : join(page, own)
    mkdirSync(dirname(join(out, name)), { recursive: true })
    // `export {}` makes a module of it, so that examples do not see each other's names.
    const imports = missingImports(file, code)
    writeFileSync(join(out, name), `// ${file}:${line}\n${imports}${code}\nexport {}\n`)
    count++
  }
}
for (const name of ['session.ts', 'api.ts'])
  writeFileSync(join(out, name), 'const own = session\nexport { own as session }\n')
writeFileSync(join(out, 'tsconfig.json'), JSON.stringify(configuration(), null, 2))

try {
  const tsc = join(root, 'node_modules', 'typescript-7', 'bin', 'tsc')
  execFileSync(process.execPath, [tsc, '-p', out], { cwd: root, stdio: 'inherit' })
} catch {
  console.error(
    'An example does not compile; the first line of each file above says where it stands.',
  )
  process.exit(1)
}
console.log(`${count} examples compile.`)

function files(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map(entry => relative(root, join(entry.parentPath, entry.name)))
}

function fromMarkdown(text) {
  const blocks = text.matchAll(/^```(tsx?)\n([\s\S]*?)^```/gm)
  return [...blocks].map(block => ({
    kind: block[1],
    code: block[2],
    line: lineOf(text, block.index),
  }))
}

/** What follows `@example` in a comment, fenced or not. */
function fromComments(text) {
  const comments = text.matchAll(/\/\*\*[\s\S]*?\*\//g)
  return [...comments].flatMap(comment => {
    const lines = comment[0].split('\n').map(line => line.replace(/^\s*\*(?: |\/|$)/, ''))
    return lines
      .join('\n')
      .split('@example')
      .slice(1)
      .map(part => part.split(/^@\w+/m)[0])
      .map(part => {
        const fenced = part.match(/```(tsx?)\n([\s\S]*?)```/)
        return {
          kind: fenced?.[1] ?? 'ts',
          code: fenced?.[2] ?? part,
          line: lineOf(text, comment.index),
        }
      })
  })
}

/** What an example uses of its own package need not be imported in each of them. */
function missingImports(file, code) {
  const [folder, name] = file.split('/')
  if (folder !== 'packages') return ''
  const lines = Object.entries(exportsOf(name)).map(([path, target]) => {
    const text = readFileSync(join(root, 'packages', name, target['@tabkeeper/source']), 'utf8')
    const names = [...text.matchAll(/export \{([^}]*)\}/g)]
      .flatMap(([, list]) => list.split(',').map(each => each.trim().replace(/^type /, '')))
      .filter(each => each && new RegExp(`\\b${each}\\b`).test(code))
      .filter(each => !new RegExp(`(import|const|function|class)[^=\\n]*\\b${each}\\b`).test(code))
    return names.length === 0
      ? ''
      : `import { ${names.join(', ')} } from '@tabkeeper/${name}${path.slice(1)}'\n`
  })
  return lines.join('')
}

/** The entries of a package that have a source. */
function exportsOf(name) {
  const { exports } = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'))
  return Object.fromEntries(
    Object.entries(exports).filter(([, target]) => target['@tabkeeper/source']),
  )
}

function lineOf(text, index) {
  return text.slice(0, index).split('\n').length
}

function configuration() {
  const own = packages.flatMap(name =>
    Object.entries(exportsOf(name)).map(([path, target]) => [
      `@tabkeeper/${name}${path.slice(1)}`,
      [join('../../packages', name, target['@tabkeeper/source'])],
    ]),
  )
  const from = (name, packageName) => [`../../packages/${packageName}/node_modules/${name}`]
  return {
    extends: '../../tsconfig.base.json',
    compilerOptions: {
      composite: false,
      declaration: false,
      emitDeclarationOnly: false,
      noEmit: true,
      rootDir: '../..',
      jsx: 'react-jsx',
      types: ['node'],
      typeRoots: ['../../node_modules/@types'],
      verbatimModuleSyntax: false,
      lib: ['ES2023', 'DOM', 'DOM.Iterable', 'ESNext.Disposable'],
      paths: {
        ...Object.fromEntries(own),
        axios: from('axios', 'axios'),
        eventsource: from('eventsource', 'fetch'),
        hono: from('hono', 'server'),
        ky: ['../../examples/ky/node_modules/ky'],
        kysely: from('kysely', 'server'),
        zod: ['../../packages/core/node_modules/zod/index.d.ts'],
        'zod/mini': ['../../packages/core/node_modules/zod/mini/index.d.ts'],
        pinia: from('pinia', 'vue'),
        vite: ['../../node_modules/vite/dist/node/index.d.ts'],
        '@vitejs/plugin-react': [
          '../../scripts/packages/node_modules/@vitejs/plugin-react/dist/index.d.ts',
        ],
        vue: from('vue', 'vue'),
        'vue-router': from('vue-router', 'vue'),
        '@tanstack/vue-query': from('@tanstack/vue-query', 'vue'),
        react: from('@types/react', 'react'),
        'react-router': from('react-router/dist/production', 'react'),
        '@testing-library/react': from('@testing-library/react/types', 'react'),
        '@tanstack/react-query': from('@tanstack/react-query', 'react'),
        'react/jsx-runtime': ['../../packages/react/node_modules/@types/react/jsx-runtime'],
      },
    },
    include: ['**/*.ts', '**/*.tsx'],
  }
}
