// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { follow, type Live } from './live.ts'

beforeEach(() => vi.useFakeTimers() && undefined)
afterEach(() => {
  vi.useRealTimers()
  show('visible')
})

function show(visibilityState: DocumentVisibilityState) {
  Object.defineProperty(document, 'visibilityState', { value: visibilityState, configurable: true })
  document.dispatchEvent(new Event('visibilitychange'))
}

/** A server whose answers are given by hand, and a page that follows it. */
function createPage(every = 1_000) {
  const questions: PromiseWithResolvers<string>[] = []
  const seen: Live<string>[] = []
  const load = () => {
    const question = Promise.withResolvers<string>()
    questions.push(question)
    return question.promise
  }
  const following = follow(load, every, live => seen.push(live))
  const settle = () => vi.advanceTimersByTimeAsync(0)
  return {
    ...following,
    seen,
    asked: () => questions.length,
    async answer(text: string, which = questions.length - 1) {
      questions[which]?.resolve(text)
      await settle()
    },
    async fail(error: unknown) {
      questions.at(-1)?.reject(error)
      await settle()
    },
  }
}

it('loads at once, and again after each pause', async () => {
  const page = createPage()
  await page.answer('one')
  expect(page.seen).toEqual([{ is: 'ready', data: 'one', stale: null }])

  await vi.advanceTimersByTimeAsync(999)
  expect(page.asked()).toBe(1)
  await vi.advanceTimersByTimeAsync(1)
  expect(page.asked()).toBe(2)
  page.stop()
})

it('does not ask again while it waits for an answer', async () => {
  const page = createPage()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(page.asked()).toBe(1)
  page.stop()
})

it('says that it failed, keeps what it has as stale, and waits longer each time', async () => {
  const page = createPage()
  await page.fail('first')
  expect(page.seen.at(-1)).toEqual({ is: 'failed', error: 'first' })

  await vi.advanceTimersByTimeAsync(2_000)
  await page.answer('data')
  await vi.advanceTimersByTimeAsync(1_000)
  await page.fail('second')
  expect(page.seen.at(-1)).toEqual({ is: 'ready', data: 'data', stale: 'second' })

  await vi.advanceTimersByTimeAsync(2_000)
  await page.fail('third')
  const asked = page.asked()
  await vi.advanceTimersByTimeAsync(3_999)
  expect(page.asked()).toBe(asked)
  await vi.advanceTimersByTimeAsync(1)
  expect(page.asked()).toBe(asked + 1)
  page.stop()
})

it('tries again soon after a failure, however seldom it loads otherwise', async () => {
  const page = createPage(60_000)
  await page.fail('first')
  await vi.advanceTimersByTimeAsync(2_000)
  expect(page.asked()).toBe(2)

  await page.answer('data')
  await vi.advanceTimersByTimeAsync(59_999)
  expect(page.asked()).toBe(2)
  page.stop()
})

it('drops the answer to an older question when it is reloaded', async () => {
  const page = createPage()
  page.reload()
  await page.answer('old', 0)
  expect(page.seen).toEqual([])
  await page.answer('new', 1)
  expect(page.seen).toEqual([{ is: 'ready', data: 'new', stale: null }])
  page.stop()
})

it('rests while the page is hidden and loads when it is shown again', async () => {
  const page = createPage()
  await page.answer('one')
  show('hidden')
  await vi.advanceTimersByTimeAsync(60_000)
  expect(page.asked()).toBe(1)
  show('visible')
  expect(page.asked()).toBe(2)
  page.stop()
})

it('rests after an answer that arrives while the page is hidden', async () => {
  const page = createPage()
  show('hidden')
  await page.answer('one')
  await vi.advanceTimersByTimeAsync(60_000)
  expect(page.asked()).toBe(1)
  page.stop()
})

it('loads at once when the network is back', async () => {
  const page = createPage()
  await page.fail('offline')
  window.dispatchEvent(new Event('online'))
  expect(page.asked()).toBe(2)
  page.stop()
})

it('does nothing after it was stopped', async () => {
  const page = createPage()
  page.stop()
  await page.answer('late')
  show('visible')
  window.dispatchEvent(new Event('online'))
  await vi.advanceTimersByTimeAsync(60_000)
  expect(page.seen).toEqual([])
  expect(page.asked()).toBe(1)
})
