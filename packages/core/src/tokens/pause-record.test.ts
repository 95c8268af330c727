import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { BackOff } from './back-off.ts'
import type { Grant } from './grant.ts'
import { describePause, readPause } from './pause-record.ts'

const NOW = 1_900_000_000_000
const grant: Grant = {
  accessToken: 'A1',
  refreshToken: 'R1',
  user: null,
  sessionId: 's1',
  identity: 's1',
  revision: 3,
  receivedAt: NOW,
  lifetime: 3_600_000,
  afterRefusal: false,
}
const pause: BackOff = { failures: 2, since: NOW, until: NOW + 5_000, isAsked: true }
const stored = describePause(grant, pause)

it('is read as it was written', () => {
  const pauses = fc
    .tuple(fc.nat(), fc.nat(), fc.nat(3_600_000), fc.boolean())
    .map(([failures, since, ms, isAsked]) => ({ failures, since, until: since + ms, isAsked }))
  fc.assert(
    fc.property(pauses, written => {
      expect(readPause(describePause(grant, written), grant)).toEqual(written)
    }),
  )
})

it.each<[what: string, grant: Grant, means: BackOff | null]>([
  ['the tokens that it is about', { ...grant, accessToken: 'A2', revision: 9 }, pause],
  ['the refresh token that followed', { ...grant, refreshToken: 'R2' }, null],
  ['a session without a refresh token', { ...grant, refreshToken: null }, null],
])('means to %s: %j', (_, held, means) => {
  expect(readPause(stored, held)).toEqual(means)
})

it('is about the session where the refresh token is a cookie', () => {
  const bare = { ...grant, accessToken: null, refreshToken: null }
  const noted = describePause(bare, pause)
  expect(readPause(noted, { ...bare, revision: 4 })).toEqual(pause)
  expect(readPause(noted, { ...bare, identity: 's2' })).toBeNull()
})

it('keeps nobody waiting for longer than a pause can last', () => {
  expect(readPause(describePause(grant, { ...pause, until: 1e15 }), grant)).toBeNull()
})

it('names no token', () => {
  expect(describePause({ ...grant, refreshToken: 'canary' }, pause)).not.toContain('canary')
})

it('is nothing where another script wrote it', () => {
  const texts = fc.oneof(fc.string(), fc.json({ maxDepth: 2 }), fc.constant(stored.slice(1)))
  fc.assert(
    fc.property(texts, text => {
      expect(readPause(text, grant)).toBeNull()
    }),
  )
  expect(readPause(null, grant)).toBeNull()
})

it.each(['failures', 'since', 'until', 'isAsked'])('is nothing with a damaged %s', member => {
  const damaged = { ...JSON.parse(stored), [member]: 'x' }
  expect(readPause(JSON.stringify(damaged), grant)).toBeNull()
})
