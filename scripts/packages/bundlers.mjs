// Bundles a page that uses every client package with Vite, webpack and esbuild, from the tarballs, and
// runs what comes out.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import esbuild from 'esbuild'
import { build as viteBuild } from 'vite'
import webpack from 'webpack'
import { conclude, copyConsumers, project } from './packages.mjs'
import { run } from './run.mjs'

copyConsumers()
const entry = join(project, 'app.mjs')
const bundlers = { vite, webpack: withWebpack, esbuild: withEsbuild }
const problems = []
for (const [name, bundle] of Object.entries(bundlers)) {
  const outFile = join(project, 'bundled', name, 'app.mjs')
  const complaints = await bundle(entry, outFile).catch(failure => [failure.message])
  for (const complaint of complaints) problems.push(`${name}: ${complaint}`)
  if (complaints.length > 0) continue
  const { code, output } = await run(process.execPath, [outFile])
  const line = output.split('\n').find(line => line.startsWith('{'))
  if (code !== 0 || !line) problems.push(`${name}: the page failed:\n${output}`)
  else
    for (const [what, works] of Object.entries(JSON.parse(line)))
      if (!works) problems.push(`${name}: ${what} does not work`)
  if (readFileSync(outFile, 'utf8').includes('@tabkeeper/core'))
    problems.push(`${name}: an import of @tabkeeper/core is left`)
}
conclude(problems, `${Object.keys(bundlers).join(', ')} make a page of the packages that works.`)

async function vite(input, outFile) {
  const complaints = []
  await viteBuild({
    root: project,
    configFile: false,
    logLevel: 'silent',
    build: {
      outDir: join(outFile, '..'),
      rollupOptions: {
        input,
        output: { entryFileNames: 'app.mjs' },
        onLog: (level, log) => level === 'warn' && complaints.push(log.message),
      },
    },
  })
  return complaints
}

function withWebpack(input, outFile) {
  const compiler = webpack({
    mode: 'production',
    target: ['web', 'es2022'],
    entry: input,
    performance: false,
    output: { path: join(outFile, '..'), filename: 'app.mjs', module: true },
    experiments: { outputModule: true },
  })
  return new Promise((resolve, reject) =>
    compiler.run((failure, stats) => {
      if (failure) return reject(failure)
      const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true })
      resolve([...errors, ...warnings].map(({ message }) => message))
    }),
  )
}

async function withEsbuild(input, outfile) {
  const { warnings } = await esbuild.build({
    entryPoints: [input],
    outfile,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    logLevel: 'silent',
  })
  return warnings.map(({ text }) => text)
}
