import { manualClock, virtualStorage } from '@tabkeeper/testing'
import { expect, it } from 'vitest'
import { storageLease } from './storage-lease.ts'
import { memoryArea } from './token-area.ts'

const PATIENCE = 12_000
const signal = new AbortController().signal
const at = (area = memoryArea(), clock = manualClock()) => ({
  area,
  clock,
  lease: storageLease({ name: 'refresh', clock, patience: PATIENCE, area }),
})
const refuse = () => {
  throw new DOMException('sandboxed', 'SecurityError')
}

it.each([
  ['reads', { ...memoryArea(), read: refuse }],
  ['writes', { ...memoryArea(), write: refuse }],
])('lets the task run at once where storage refuses %s', async (_, area) => {
  const { clock, lease } = at(area)
  expect(await lease.hold(async () => 'done', { signal })).toBe('done')
  expect(clock.pending()).toBe(0)
})

it.each(['', 'null', '{', '{"number":"1"}', '{"number":1,"holder":7,"until":0}'])(
  'takes what strangers left under its key for nothing: %s',
  async text => {
    const { area, clock, lease } = at()
    area.write('refresh', text)
    const held = lease.hold(async () => 'done', { signal })
    await clock.advance(200)
    expect(await held).toBe('done')
  },
)

it('waits a sixth of the patience for a holder that was closed long ago', async () => {
  const { area, clock, lease } = at()
  const until = clock.now() - 86_400_000
  area.write('refresh', JSON.stringify({ number: 7, holder: 'gone', until }))
  const start = clock.now()
  const held = lease.hold(async () => clock.now() - start, { signal })
  await clock.advance(PATIENCE)
  const took = await held

  expect(took).toBeGreaterThanOrEqual(PATIENCE / 6)
  expect(took).toBeLessThan(PATIENCE / 6 + 300)
})

it('counts its holders, so that one that was passed over knows it whoever came since', async () => {
  const { view } = virtualStorage()
  const clock = manualClock()
  const area = view((_, apply) => apply())
  const lease = storageLease({ name: 'refresh', clock, patience: PATIENCE, area })
  const turn = async () => {
    const held = lease.hold(async () => {}, { signal })
    await clock.advance(200)
    await held
    return JSON.parse(area.read('refresh') ?? '')
  }

  expect(await turn()).toMatchObject({ number: 1, holder: null })
  expect(await turn()).toMatchObject({ number: 2, holder: null })
})
