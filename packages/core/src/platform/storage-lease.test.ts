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

it.each([
  ['slept, while the claim settled or later', [50, 50]],
  ['saw the clock set forward in the middle of its work', [1000, 0]],
])('leaves a holder its lease that %s', async (_, [before = 0, after = 0]) => {
  const { view } = virtualStorage()
  const clock = manualClock()
  const open = () =>
    storageLease({ name: 'refresh', clock, patience: PATIENCE, area: view((_, apply) => apply()) })
  const order: string[] = []
  let end = () => {}
  const first = open().hold(
    held => {
      order.push('first')
      held.lost.addEventListener('abort', () => order.push('lost'))
      return new Promise<void>(done => {
        end = done
      })
    },
    { signal },
  )
  await clock.advance(before)
  clock.jump(86_400_000)
  const second = open().hold(async () => void order.push('second'), { signal })
  await clock.advance(after + PATIENCE * 0.8)
  expect(order).toEqual(['first'])

  end()
  await clock.advance(1000)
  await Promise.all([first, second])
  expect(order).toEqual(['first', 'second'])
})

it('claims it anew where the page was frozen while the claim settled: somebody may be about to take it over', async () => {
  const { view } = virtualStorage()
  const clock = manualClock()
  let isFrozen = false
  const late: (() => void)[] = []
  const wake: typeof clock.wake = (at, ring) =>
    clock.wake(at, () => (isFrozen ? void late.push(ring) : ring()))
  const open = (own = clock) =>
    storageLease({
      name: 'refresh',
      clock: own,
      patience: PATIENCE,
      area: view((_, apply) => apply()),
    })
  let inside = 0
  let most = 0
  const task = async () => {
    most = Math.max(most, ++inside)
    await new Promise<void>(done => {
      clock.wake(clock.now() + 1000, done)
    })
    inside--
  }
  const frozen = open({ ...clock, wake }).hold(task, { signal })
  await clock.advance(50)
  isFrozen = true
  await clock.advance(PATIENCE * 2)

  // It waits for a sixth of the patience; a moment before that is over the page goes on.
  const other = open().hold(task, { signal })
  await clock.advance(PATIENCE / 6 - 10)
  isFrozen = false
  for (const ring of late) ring()
  await clock.advance(PATIENCE)

  await Promise.all([frozen, other])
  expect(most).toBe(1)
})
