import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { expect, it, onTestFinished, vi } from 'vitest'

/** The recipe of the README. */
const APP = `
import { createSession } from '@tabkeeper/core'
export const session = createSession({ app: 'admin', authUrl: '/api/auth' })
if (import.meta.env.DEV) {
  const { devtools } = await import('@tabkeeper/devtools')
  devtools(session)
}
console.log(session.app)
`

const source = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

/** All that a build of the app puts out, file by file. */
async function built(mode: 'development' | 'production'): Promise<string[]> {
  vi.stubEnv('NODE_ENV', mode)
  onTestFinished(() => void vi.unstubAllEnvs())
  const root = await mkdtemp(join(tmpdir(), 'tabkeeper-app-'))
  onTestFinished(() => rm(root, { recursive: true }))
  await writeFile(join(root, 'main.ts'), APP)
  const output = await build({
    root,
    mode,
    configFile: false,
    logLevel: 'silent',
    resolve: {
      alias: {
        '@tabkeeper/core': source('core/src/index.ts'),
        '@tabkeeper/devtools': source('devtools/src/index.ts'),
      },
    },
    build: { write: false, target: 'es2022', rollupOptions: { input: join(root, 'main.ts') } },
  })
  return [output]
    .flat()
    .flatMap(each =>
      'output' in each
        ? each.output.map(file => `${file.fileName}\n${'code' in file ? file.code : file.source}`)
        : [],
    )
}

it('a production build has nothing of the devtools, not even a chunk', async () => {
  const files = await built('production')
  expect(files).toHaveLength(1)
  expect(files.join()).toContain('admin')
  expect(files.join()).not.toMatch(/devtools/i)
})

it('a build for development has them in chunks of their own', async () => {
  const [main = '', ...chunks] = (await built('development')).sort(
    (a, b) => Number(a.includes('attachShadow')) - Number(b.includes('attachShadow')),
  )
  expect(main).not.toContain('attachShadow')
  expect(chunks.join()).toContain('tabkeeper-devtools')
})
