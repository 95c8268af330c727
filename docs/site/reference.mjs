// Makes the reference of the public surface from the doc comments: one folder a package, as Markdown.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Application, Converter } from 'typedoc'

const site = dirname(fileURLToPath(import.meta.url))
const root = join(site, '..', '..')
const out = join(site, 'reference')

const app = await Application.bootstrapWithPlugins({
  plugin: ['typedoc-plugin-markdown'],
  entryPoints: readdirSync(join(root, 'packages')).flatMap(entriesOf),
  tsconfig: join(site, 'tsconfig.json'),
  basePath: join(root, 'packages'),
  readme: 'none',
  out,
  excludeInternal: true,
  excludePrivate: true,
  excludeExternals: true,
  disableSources: true,
  hidePageHeader: true,
  hideBreadcrumbs: false,
  entryFileName: 'index.md',
  useCodeBlocks: true,
  expandObjects: true,
  parametersFormat: 'table',
  interfacePropertiesFormat: 'list',
  skipErrorChecking: true, // the types are checked elsewhere, with the project's own compiler
  validation: { notExported: false, invalidLink: true },
  treatValidationWarningsAsErrors: true,
  logLevel: 'Warn',
})

// An entry is called as one imports it.
app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
  for (const module of project.children ?? []) {
    module.name = module.name.replace(/^([^/]+)\/src/, '@tabkeeper/$1')
  }
})

rmSync(out, { recursive: true, force: true })
const project = await app.convert()
if (project === undefined) process.exit(1)
app.validate(project)
await app.generateOutputs(project)
if (app.logger.hasErrors()) process.exit(1)

/** The sources of a package's public entries. */
function entriesOf(name) {
  const manifest = join(root, 'packages', name, 'package.json')
  if (!existsSync(manifest)) return []
  return Object.values(JSON.parse(readFileSync(manifest, 'utf8')).exports ?? {})
    .map(entry => entry['@tabkeeper/source'])
    .filter(source => source !== undefined)
    .map(source => join(root, 'packages', name, source))
}
