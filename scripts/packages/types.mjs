// Compiles what a user writes against the packed declarations, as strictly as TypeScript can: by the
// rules of Node and of bundlers, in ES modules and in CommonJS, by two generations of TypeScript.
import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { axiosReleases, conclude, copyConsumers, project, root } from './packages.mjs'
import { run } from './run.mjs'

const compiler = name => join(root, 'node_modules', name, 'bin', 'tsc')
const settings = {
  // CommonJS may require ES modules since Node 22.12; `nodenext` knows that, `node16` does not. axios
  // declares itself twice, so that @tabkeeper/axios knows the one of ES modules only.
  node16: { module: 'node16', files: ['typed.ts', 'typed-axios.ts'] },
  nodenext: { module: 'nodenext', files: ['typed.ts', 'typed-axios.ts', 'typed-in-commonjs.cts'] },
  bundler: {
    module: 'esnext',
    moduleResolution: 'bundler',
    files: ['typed.ts', 'typed-axios.ts'],
  },
}

copyConsumers()
copyFileSync(join(project, 'typed.ts'), join(project, 'typed-in-commonjs.cts'))
const problems = []
for (const [name, setting] of Object.entries(settings))
  await compile(name, 'typescript-7', setting, {
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    // Once is enough to see that the declarations themselves are right.
    skipLibCheck: name !== 'nodenext',
  })
await compile('bundler', 'typescript', settings.bundler, { skipLibCheck: true })
// Every release of axios that is supported declares itself a little differently.
const onlyAxios = { ...settings.bundler, files: ['typed-axios.ts'] }
for (const release of Object.keys(axiosReleases))
  await compile(release, 'typescript-7', onlyAxios, {
    paths: { axios: [`./node_modules/${release}`] },
    // What a page has, and no more: what our declarations need beside, they bring along.
    lib: ['es2022', 'dom', 'dom.iterable'],
    types: [],
    skipLibCheck: false,
  })
conclude(
  problems,
  `Types hold by the rules of ${Object.keys(settings).join(', ')}, without a cast.`,
)

async function compile(name, typescript, { files, ...modules }, more) {
  const config = join(project, `tsconfig.${name}.${typescript}.json`)
  const compilerOptions = {
    ...modules,
    target: 'es2022',
    lib: ['es2022', 'dom', 'dom.iterable', 'esnext.disposable'],
    types: ['node'],
    noEmit: true,
    strict: true,
    ...more,
  }
  writeFileSync(config, JSON.stringify({ compilerOptions, files }))
  const { code, output } = await run(process.execPath, [compiler(typescript), '-p', config], {
    cwd: project,
  })
  if (code === 0) return
  // Declarations of others are theirs to keep right.
  const lines = output.split('\n').filter(line => !/^node_modules\/(?!.*@tabkeeper)/.test(line))
  const said = lines.filter(Boolean)
  if (said.length > 0) problems.push(`${name}, ${typescript}:\n${said.join('\n')}`)
}
