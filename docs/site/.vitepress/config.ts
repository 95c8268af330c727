// The documentation site: the repository's own Markdown, where it stands, and the reference that
// `reference.mjs` makes of the doc comments. A link that leads nowhere fails the build.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type DefaultTheme, defineConfig } from 'vitepress'
import { sameFolderLinks } from './links.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..')

/** The guides in the order in which somebody comes to need them; a new one goes to the end until it is put here. */
const guides = [
  'five-minutes',
  'adopting',
  'replacing-interceptors',
  'choosing-a-transport',
  'testing',
  'troubleshooting',
]

export default defineConfig({
  title: 'Tabkeeper',
  description:
    'Keeps people signed in: a client-side session manager for several frontends and one API.',
  lang: 'en',
  srcDir: root,
  srcExclude: [
    'api/**',
    '.changeset/**',
    'node_modules/**',
    '**/CHANGELOG.md',
    'test-results/**',
    '.tsbuild/**',
  ],
  outDir: join(root, 'docs', 'site', 'dist'),
  cacheDir: join(root, 'docs', 'site', 'node_modules', '.vitepress'),
  cleanUrls: true,
  ignoreDeadLinks: 'localhostLinks', // the address that `npm start` prints
  // A folder's README is its page. Nothing else moves, so that links are the same here as in the repository.
  rewrites: page => page.replace(/(^|\/)README\.md$/, '$1index.md'),
  markdown: { config: sameFolderLinks(root) },
  themeConfig: {
    search: { provider: 'local' },
    outline: { level: [2, 3] },
    nav: [
      { text: 'Guides', link: '/docs/guides/five-minutes' },
      { text: 'Packages', link: '/packages/core/' },
      { text: 'Reference', link: '/docs/site/reference/' },
    ],
    sidebar: [
      {
        text: 'Start',
        items: [{ text: 'What it is', link: '/' }, ...pages('docs/guides', guides)],
      },
      { text: 'Recipes', items: pages('docs/recipes') },
      { text: 'How it holds', items: pages('docs') },
      { text: 'Packages', items: packages() },
      {
        text: 'The project',
        items: [
          { text: 'Architecture', link: '/ARCHITECTURE' },
          { text: 'Contributing', link: '/CONTRIBUTING' },
          { text: 'The three apps', link: '/examples/' },
          { text: 'Benchmarks', link: '/bench/' },
          { text: 'API reference', link: '/docs/site/reference/' },
        ],
      },
    ].filter(({ items }) => items.length > 0),
  },
})

/** The pages of one folder: some in an order of their own, the others by their headings. */
function pages(folder: string, first: readonly string[] = []): DefaultTheme.SidebarItem[] {
  const path = join(root, folder)
  if (!existsSync(path)) return []
  return readdirSync(path)
    .filter(name => name.endsWith('.md'))
    .map(file => file.replace(/\.md$/, ''))
    .map(name => ({ name, text: headingOf(join(path, `${name}.md`)), link: `/${folder}/${name}` }))
    .sort((a, b) => place(a.name) - place(b.name) || a.text.localeCompare(b.text))
    .map(({ text, link }) => ({ text, link }))

  function place(name: string): number {
    return first.includes(name) ? first.indexOf(name) : first.length
  }
}

function packages(): DefaultTheme.SidebarItem[] {
  return readdirSync(join(root, 'packages'))
    .filter(name => existsSync(join(root, 'packages', name, 'README.md')))
    .map(name => ({ text: `@tabkeeper/${name}`, link: `/packages/${name}/` }))
}

function headingOf(file: string): string {
  return /^# (.+)$/m.exec(readFileSync(file, 'utf8'))?.[1] ?? file
}
