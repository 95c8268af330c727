import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { bundle } from '../bundle.ts'
import { CATALOGUE } from '../peers/catalogue.ts'
import type { SizeRow } from '../report/rows.ts'

/** What our own code is without what it depends on. */
const OWN = "import { open } from './peers/tabkeeper-fetch.ts'; globalThis.open = open"

/** The smallest realistic bundle of each peer: its `open`, and what esbuild leaves of the packages behind it. */
export async function measureSizes(): Promise<readonly SizeRow[]> {
  const peers = CATALOGUE.filter(({ id }) => id !== 'supabase-auth-locked').map(
    async ({ id, name, isOurs = false }) => ({
      name,
      isOurs,
      ...sizesOf(
        // What is measured is what comes on top of axios, which is there with and without.
        await bundle(`import { open } from './peers/${id}.ts'; globalThis.open = open`, {
          minify: true,
          external: ['axios'],
        }),
      ),
    }),
  )
  const own = bundle(OWN, { minify: true, external: ['zod', 'zod/mini', 'jwt-decode'] })
  return [
    { name: 'Tabkeeper, fetch: own code alone', isOurs: true, ...sizesOf(await own) },
    ...(await Promise.all(peers)),
  ]
}

function sizesOf(script: Uint8Array): Pick<SizeRow, 'minified' | 'gzip' | 'brotli'> {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11 }
  return {
    minified: script.length,
    gzip: gzipSync(script, { level: 9 }).length,
    brotli: brotliCompressSync(script, { params }).length,
  }
}
