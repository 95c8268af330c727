import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const source = fileURLToPath(new URL('../src', import.meta.url))

it('shares the contract with core and server, and no code', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
    name => name.endsWith('.ts') && !name.includes('.test'),
  )
  const imported = files.flatMap(name =>
    [...readFileSync(join(source, name), 'utf8').matchAll(/ from '([^.'][^']*)'/g)].map(
      ([, from]) => from ?? '',
    ),
  )
  const others = imported.filter(from => !from.startsWith('node:'))
  expect([...new Set(others)]).toEqual(['zod'])
})
