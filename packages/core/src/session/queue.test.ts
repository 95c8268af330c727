import { expect, it } from 'vitest'
import { createQueue } from './queue.ts'

it('lets everybody go on in the order in which they came, with a signal or without', async () => {
  const queue = createQueue(100)
  const { promise, resolve } = deferred<void>()
  const order: number[] = []
  const { signal } = new AbortController()

  const waits = Array.from({ length: 9 }, (_, i) =>
    queue.wait(promise, i % 3 ? signal : null).then(() => order.push(i)),
  )
  resolve()
  await Promise.all(waits)

  expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
})

it('turns away who comes when it is full, and nobody else', async () => {
  const queue = createQueue(2)
  const { promise, resolve } = deferred<string>()

  const first = queue.wait(promise)
  const second = queue.wait(promise)
  await expect(queue.wait(promise)).rejects.toMatchObject({
    code: 'too-many-waiting',
    retryable: true,
    message: expect.stringContaining('There are 2 requests waiting'),
  })

  resolve('token')
  expect(await Promise.all([first, second])).toEqual(['token', 'token'])
})

it('has room again when one gives up, has been answered, or has failed', async () => {
  const queue = createQueue(1)
  const controller = new AbortController()
  const never = new Promise<never>(() => {})

  const aborted = queue.wait(never, controller.signal)
  controller.abort('changed my mind')
  await expect(aborted).rejects.toBe('changed my mind')
  await expect(queue.wait(Promise.reject('no'))).rejects.toBe('no')
  expect(await queue.wait(Promise.resolve('yes'))).toBe('yes')
  const { promise, resolve } = deferred<string>()
  const last = queue.wait(promise)
  await expect(queue.wait(never)).rejects.toMatchObject({ code: 'too-many-waiting' })
  resolve('at last')
  expect(await last).toBe('at last')
})

it('counts nobody twice who gives up and is answered then', async () => {
  const queue = createQueue(2)
  const { promise, resolve } = deferred<void>()
  const controller = new AbortController()
  const never = new Promise<never>(() => {})

  void queue.wait(never)
  const aborted = queue.wait(promise, controller.signal)
  controller.abort('changed my mind')
  await expect(aborted).rejects.toBe('changed my mind')
  resolve()
  await promise
  void queue.wait(never)

  await expect(queue.wait(never)).rejects.toMatchObject({ code: 'too-many-waiting' })
})

it('lets nobody in who has given up before', async () => {
  const signal = AbortSignal.abort('never mind')

  await expect(createQueue(1).wait(Promise.resolve(), signal)).rejects.toBe('never mind')
})

function deferred<T>() {
  let resolve: (value: T) => void = () => {}
  const promise = new Promise<T>(settle => {
    resolve = settle
  })
  return { promise, resolve }
}
