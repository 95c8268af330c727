import { fileURLToPath } from 'node:url'
import { build } from 'vite'

let bundled: Promise<string> | null = null

/** The script of the stories' page: the packages as they are in the source, in one classic script. */
export function bundlePage(): Promise<string> {
  bundled ??= bundle()
  return bundled
}

async function bundle(): Promise<string> {
  const output = await build({
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['@tabkeeper/source', 'module', 'browser', 'production'] },
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      lib: {
        entry: fileURLToPath(new URL('page.ts', import.meta.url)),
        formats: ['iife'],
        name: 'page',
      },
    },
  })
  const [bundle] = [output].flat()
  if (bundle === undefined || !('output' in bundle)) throw new Error('vite built nothing.')
  return bundle.output[0].code
}
