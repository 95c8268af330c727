// Makes the reference of the public surface from the doc comments: one folder a package, as Markdown.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Application, Converter } from 'typedoc'

const site = dirname(fileURLToPath(import.meta.url))
const root = join(site, '..', '..')
const out = join(site, 'reference')

/** What is imported, by where its source lies: `testing/src/test-session` is `@tabkeeper/testing/session`. */
const entries = new Map(readdirSync(join(root, 'packages')).flatMap(entriesOf))

const app = await Application.bootstrapWithPlugins({
  plugin: ['typedoc-plugin-markdown'],
  name: 'API reference',
  entryPoints: [...entries.keys()].map(source => join(root, 'packages', source)),
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
    const source = [`${module.name}/index.ts`, `${module.name}.ts`].find(file => entries.has(file))
    module.name = entries.get(source) ?? module.name
  }
})

rmSync(out, { recursive: true, force: true })
const project = await app.convert()
if (project === undefined) process.exit(1)
app.validate(project)
await app.generateOutputs(project)
if (app.logger.hasErrors()) process.exit(1)

/** The sources of a package's published entries, and their names; what has no types is not published. */
function entriesOf(name) {
  const manifest = join(root, 'packages', name, 'package.json')
  if (!existsSync(manifest)) return []
  return Object.entries(JSON.parse(readFileSync(manifest, 'utf8')).exports ?? {})
    .filter(([, entry]) => entry['@tabkeeper/source'] !== undefined && entry.types !== undefined)
    .map(([path, entry]) => [
      join(name, entry['@tabkeeper/source']),
      `@tabkeeper/${name}${path.slice(1)}`,
    ])
}
