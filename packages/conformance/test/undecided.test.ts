import { expect, it } from 'vitest'
import { levels, rules } from '../src/index.ts'
import { aTurn, idsOf, startBackend } from './support/backend.ts'

/** Longer than the steps in which the end of a stream is waited for. */
const isLong = (milliseconds: number) => milliseconds > 1_000

it('leaves open what takes longer than the grace, unless it may wait', async () => {
  const { check } = await startBackend()
  const report = await check({ slow: false, grace: 20 })
  const slow = rules.filter(({ story }) => story).map(({ id }) => id)
  expect(slow.length).toBeGreaterThan(3)
  expect(idsOf(report, 'undecided')).toEqual(slow)
  expect(report.results.find(({ id }) => id === slow[0])).toMatchObject({
    reason: 'it takes more than the grace of 20 seconds (--slow)',
  })
  expect(report.isPassed).toBe(true)
})

it('waits once for all that takes longer than the grace', async () => {
  const { check } = await startBackend()
  const waits: number[] = []
  await check({
    async wait(milliseconds) {
      waits.push(milliseconds)
      await aTurn()
    },
  })
  expect(waits.filter(isLong)).toEqual([61_000])
})

it('waits until a sign-in is old only where that is asked about', async () => {
  const { check } = await startBackend()
  const waits: number[] = []
  await check({
    level: 'theft',
    async wait(milliseconds) {
      waits.push(milliseconds)
      await aTurn()
    },
  })
  expect(waits.filter(isLong)).toEqual([31_000])
})

it('leaves open by http what a browser takes by https only', async () => {
  const { check } = await startBackend({
    transport: 'split',
    options: { cookies: { secure: false } },
  })
  const report = await check({ authUrl: 'http://bar.example/api/auth' })
  expect(idsOf(report, 'failed')).toEqual([])
  expect(idsOf(report, 'undecided')).toEqual(['cookie-secure', 'https-only'])
})

it('leaves open which pages may call, unless it is told one that should', async () => {
  const { check } = await startBackend()
  const report = await check({ origin: undefined })
  expect(idsOf(report, 'undecided')).toEqual([
    'cors-allows-page',
    'cors-on-refusals',
    'cors-exposes',
    'cors-vary',
  ])
})

it('does not take "later" for an answer', async () => {
  let count = 0
  const { check } = await startBackend({
    defect: backend => async request => {
      if (!request.url.endsWith('/me')) return backend(request)
      count++
      return new Response(null, { status: 503, headers: { 'Retry-After': '1' } })
    },
  })
  const report = await check()
  expect(count).toBeGreaterThan(0)
  expect(report.results.find(({ id }) => id === 'me-answer')).toMatchObject({
    is: 'undecided',
    reason: 'GET /me was answered 503 with no body: try again later',
  })
})

it('waits for a limit of sign-ins to pass, once', async () => {
  const waits: number[] = []
  let isLimited = true
  const { check } = await startBackend({
    defect: backend => async request => {
      if (!request.url.endsWith('/login') || !isLimited) return backend(request)
      isLimited = waits.length === 0
      return isLimited
        ? new Response(null, { status: 429, headers: { 'Retry-After': '7' } })
        : backend(request)
    },
  })
  const report = await check({
    slow: false,
    async wait(milliseconds) {
      waits.push(milliseconds)
      await aTurn()
    },
  })
  expect(waits.filter(isLong)).toEqual([7000])
  expect(report.results.find(({ id }) => id === 'me-answer')?.is).toBe('passed')
})

it.each(levels)('asks for no more than the level %s', async level => {
  const { check } = await startBackend()
  const { results } = await check({ level })
  const upTo = levels.slice(0, levels.indexOf(level) + 1)
  expect([...new Set(results.map(result => result.level))].sort()).toEqual([...upTo].sort())
})
