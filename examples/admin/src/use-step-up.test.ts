// @vitest-environment jsdom
import { refusal } from '@tabkeeper-examples/house/api-error'
import { act, renderHook } from '@testing-library/react'
import { isValidElement } from 'react'
import { expect, it } from 'vitest'
import { StepUpCancelled, useStepUp } from './use-step-up.tsx'

const tooLongAgo = refusal(401, { code: 'insufficient_user_authentication' }, null)

/** A page with the hook, and something that the server allows only after a step-up. */
function createPage() {
  const { result } = renderHook(useStepUp)
  let recent = false
  let attempts = 0
  const dialog = () =>
    isValidElement<{ onDone(): void; onCancel(): void }>(result.current.dialog)
      ? result.current.dialog.props
      : null
  return {
    dialog,
    attempts: () => attempts,
    run: () =>
      result.current.guard(async () => {
        attempts++
        if (!recent) throw tooLongAgo
        return 'done'
      }),
    guard: <T>(task: () => Promise<T>) => result.current.guard(task),
    answer: () =>
      act(async () => {
        recent = true
        dialog()?.onDone()
      }),
  }
}

it('asks once for all that wait, and repeats each action after it', async () => {
  const page = createPage()
  let both: Promise<string[]> | undefined
  await act(async () => {
    both = Promise.all([page.run(), page.run()])
  })
  expect(page.dialog()).not.toBeNull()

  await page.answer()
  expect(await both).toEqual(['done', 'done'])
  expect(page.attempts()).toBe(4)
  expect(page.dialog()).toBeNull()
})

it('gives up when the person does, and asks again the next time', async () => {
  const page = createPage()
  let first: Promise<unknown> | undefined
  await act(async () => {
    first = page.run().catch((error: unknown) => error)
  })
  await act(async () => page.dialog()?.onCancel())
  expect(await first).toBeInstanceOf(StepUpCancelled)
  expect(page.attempts()).toBe(1)

  let second: Promise<unknown> | undefined
  await act(async () => {
    second = page.run()
  })
  await page.answer()
  expect(await second).toBe('done')
})

it('passes every other failure on without a question', async () => {
  const page = createPage()
  const forbidden = refusal(403, { code: 'forbidden' }, null)
  await expect(page.guard(() => Promise.reject(forbidden))).rejects.toBe(forbidden)
  expect(page.dialog()).toBeNull()
})
