import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished, vi } from 'vitest'

const source = fileURLToPath(new URL('../src', import.meta.url))

/** What is imported by a file and by all that it imports, outside of this package. */
function importedBy(file: string, seen = new Set<string>()): string[] {
  if (seen.has(file)) return []
  seen.add(file)
  const text = readFileSync(file, 'utf8')
  const lines = text.matchAll(/^(?:import|export|\}) (type )?[^'\n]*from '([^']+)'$/gm)
  return [...lines].flatMap(([, isType, from = '']) => {
    if (isType) return []
    return from.startsWith('.') ? importedBy(join(dirname(file), from), seen) : [from]
  })
}

// Who tests with Jest or node:test has no vitest that could be imported.
it.each(['test-session', 'msw', 'playwright', 'simulation', 'vitest'])(
  'needs no test runner for the entry made of %s',
  entry => {
    const imported = importedBy(join(source, entry, 'index.ts'))
    expect(imported.filter(from => from.startsWith('vitest'))).toEqual([])
  },
)

it('needs nothing that only Node has', async () => {
  vi.stubGlobal('setImmediate', undefined) // as in jsdom under Jest
  vi.resetModules()
  onTestFinished(() => {
    vi.unstubAllGlobals()
    vi.resetModules()
  })
  const { createTestSession } = await import('../src/test-session/index.ts')
  using test = await createTestSession({ is: 'authenticated' })
  await test.signOutElsewhere()
  expect(test.session.getState()).toMatchObject({ reason: 'logout-elsewhere' })
})
