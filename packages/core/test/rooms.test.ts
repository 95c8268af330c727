import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const source = fileURLToPath(new URL('../src', import.meta.url))

/** What each room may import besides itself: the table in ARCHITECTURE.md. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  tokens: ['zod/mini', 'jwt-decode'],
  machine: ['tokens'],
  ports: ['tokens'],
  runtime: ['machine', 'tokens', 'ports', 'errors'],
  platform: ['ports', 'tokens', 'errors', 'zod/mini'],
  http: ['tokens'],
  session: ['http', 'machine', 'platform', 'ports', 'runtime', 'tokens', 'errors', 'zod/mini'],
  bindings: ['ports', 'session', 'tokens', 'errors'],
}

function importsOf(room: string): string[] {
  const files = readdirSync(join(source, room)).filter(
    name => name.endsWith('.ts') && !name.includes('.test'),
  )
  return files.flatMap(name => {
    const file = join(source, room, name)
    const names = [...readFileSync(file, 'utf8').matchAll(/ from '([^']+)'/g)].map(
      ([, from]) => from,
    )
    return names.map(from => roomOf(file, from ?? ''))
  })
}

/** The room a specifier leads to; a package is a room of its own. */
function roomOf(file: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier
  const [first = ''] = relative(source, join(dirname(file), specifier)).split('/')
  return first.replace('.ts', '')
}

it.each(Object.entries(allowed))(
  '%s imports only what its row in the table says',
  (room, others) => {
    const found = new Set(importsOf(room))
    expect(found.size).toBeGreaterThan(0)
    found.delete(room)
    expect([...found].filter(each => !others.includes(each))).toEqual([])
  },
)
