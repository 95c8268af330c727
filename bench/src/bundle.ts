import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BuildOptions, build } from 'esbuild'
import type { Listed } from './peers/catalogue.ts'

const here = dirname(fileURLToPath(import.meta.url))
const packages = join(here, '../../packages')

/** Bundles code as an app would: from the sources of our packages, and with one axios for all. */
export async function bundle(
  code: string,
  options: Pick<BuildOptions, 'minify' | 'lineLimit' | 'external' | 'format'> = {},
): Promise<Uint8Array> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: here, sourcefile: 'entry.ts', loader: 'ts' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
    legalComments: 'none',
    treeShaking: true,
    conditions: ['@tabkeeper/source', 'module'],
    define: { 'process.env.NODE_ENV': '"production"' },
    alias: {
      '@tabkeeper/core': join(packages, 'core/src/index.ts'),
      '@tabkeeper/core/http': join(packages, 'core/src/http/index.ts'),
      '@tabkeeper/fetch': join(packages, 'fetch/src/index.ts'),
      '@tabkeeper/axios': join(packages, 'axios/src/index.ts'),
      // An alias would come before `external`.
      ...(options.external?.includes('axios')
        ? {}
        : { axios: join(here, '../node_modules/axios') }),
    },
    ...options,
  })
  const [file] = outputFiles
  if (file === undefined) throw new Error('esbuild built nothing.')
  return file.contents
}

/** The script that a process or a page runs to become a subject. */
export async function bundleSubject({ id, transport }: Listed): Promise<string> {
  const code = `
    import * as peer from './peers/${id}.ts'
    import { createSubject } from './subject/subject.ts'
    globalThis.subject = createSubject(peer, '${transport}')
  `
  const contents = await bundle(code, { minify: true, lineLimit: 200 })
  return new TextDecoder().decode(contents)
}
