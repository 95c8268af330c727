import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const bundles = new Map<string, Promise<string>>()

/** The script of a page, as a rule that of the stories: the packages as they are in the source, in one classic script. */
export function bundlePage(entry = new URL('page.ts', import.meta.url)): Promise<string> {
  const bundled = bundles.get(entry.href) ?? bundle(entry)
  bundles.set(entry.href, bundled)
  return bundled
}

async function bundle(entry: URL): Promise<string> {
  const output = await build({
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['@tabkeeper/source', 'module', 'browser', 'production'] },
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      lib: {
        entry: fileURLToPath(entry),
        formats: ['iife'],
        name: 'page',
      },
    },
  })
  const [bundle] = [output].flat()
  if (bundle === undefined || !('output' in bundle)) throw new Error('vite built nothing.')
  return bundle.output[0].code
}
