import { expect, it } from 'vitest'
import * as z from 'zod'
import { LOADING, type State } from '../machine/state.ts'
import type { Grant } from '../tokens/grant.ts'
import { createSnapshot } from './snapshot.ts'

const grant: Grant = {
  accessToken: 'canary-a',
  refreshToken: 'canary-r',
  user: { name: 'Ada' },
  sessionId: 's1',
  identity: 's1',
  revision: 1,
  receivedAt: 1_000,
  lifetime: 60_000,
  afterRefusal: false,
}
const authenticated = (more: Partial<Grant> = {}): State => ({
  is: 'authenticated',
  grant: { ...grant, ...more },
  backOff: null,
})

it('shows what a page may know, and no token', () => {
  const shown = createSnapshot(undefined)(authenticated(), 'local')
  expect(shown).toEqual({
    status: 'authenticated',
    user: { name: 'Ada' },
    sessionId: 's1',
    expiresAt: 61_000,
    refresh: 'idle',
    persistence: 'local',
  })
  expect(JSON.stringify(shown)).not.toContain('canary')
})

it('K02: is the same object until something that can be seen changes', () => {
  const show = createSnapshot(undefined)
  const first = show(authenticated(), 'local')
  expect(show(authenticated({ accessToken: 'another', revision: 2 }), 'local')).toBe(first)
  expect(show(authenticated({ user: { name: 'Ada' } }), 'local')).toBe(first)
  expect(show(authenticated(), 'memory')).not.toBe(first)
  const out: State = { is: 'unauthenticated', reason: 'logout', ended: 's1' }
  expect(show(out, 'local')).toBe(show({ ...out, ended: null }, 'local'))
})

it('K02: shows one and the same loading state for every session, as a server does', () => {
  const loading = createSnapshot(undefined)(LOADING, 'memory')
  expect(createSnapshot(undefined)(LOADING, 'local')).toBe(loading)
  expect(Object.isFrozen(loading)).toBe(true)
})

it('keeps the user object while the user is the same, though the rest changes', () => {
  const show = createSnapshot(undefined)
  const first = show(authenticated(), 'local')
  const next = show(authenticated({ user: { name: 'Ada' }, receivedAt: 5_000 }), 'local')
  expect(next).not.toBe(first)
  expect('user' in next && 'user' in first && next.user === first.user).toBe(true)
})

it('shows the user as its schema makes it, and none where it does not pass', () => {
  const show = createSnapshot(z.object({ name: z.string().transform(name => name.length) }))
  expect(show(authenticated(), 'local')).toMatchObject({ user: { name: 3 } })
  expect(show(authenticated({ user: { name: 5 } }), 'local')).toMatchObject({ user: null })
  expect(show(authenticated({ user: null }), 'local')).toMatchObject({ user: null })
})

it('shows nobody where the schema throws, and not who was there before', () => {
  const schema = z.object({
    name: z.string().transform(name => {
      if (name === 'Bob') throw new Error('a mistake in the schema')
      return name
    }),
  })
  const show = createSnapshot(schema)
  expect(show(authenticated({ user: { name: 'Ada' } }), 'local')).toMatchObject({
    user: { name: 'Ada' },
  })
  const bob = authenticated({ user: { name: 'Bob' } })
  expect(() => show(bob, 'local')).toThrow(/"user" schema .* or throws/)
  expect(show(bob, 'local')).toMatchObject({ user: null })
})

it.each<[State, string]>([
  [{ is: 'refreshing', grant, backOff: null, because: 'need' }, 'pending'],
  [
    {
      is: 'authenticated',
      grant,
      backOff: { failures: 1, since: 0, until: 5, isAsked: false },
    },
    'backing-off',
  ],
])('shows what becomes of the refresh', (state, refresh) => {
  expect(createSnapshot(undefined)(state, 'tab')).toMatchObject({ refresh, persistence: 'tab' })
})
