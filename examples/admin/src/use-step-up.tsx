import { failureCode } from '@tabkeeper-examples/house/failure'
import { type ReactNode, useCallback, useRef, useState } from 'react'
import { StepUpDialog } from './step-up-dialog.tsx'

/** Thrown when the person would rather not say the password again. */
export class StepUpCancelled extends Error {
  override readonly name = 'StepUpCancelled'
}

/**
 * Runs what may need a recent sign-in (RFC 9470): when the server asks for one, so does a dialog,
 * and the action is repeated after it. Several actions that meet the question share one dialog.
 */
export function useStepUp(): {
  readonly guard: <T>(act: () => Promise<T>) => Promise<T>
  readonly dialog: ReactNode
} {
  const [asking, setAsking] = useState(false)
  const question = useRef<PromiseWithResolvers<void> | null>(null)

  const guard = useCallback(async <T,>(act: () => Promise<T>) => {
    try {
      return await act()
    } catch (error) {
      if (failureCode(error) !== 'insufficient_user_authentication') throw error
    }
    question.current ??= Promise.withResolvers()
    setAsking(true)
    await question.current.promise
    return await act()
  }, [])

  const close = () => {
    question.current = null
    setAsking(false)
  }
  return {
    guard,
    dialog: asking && (
      <StepUpDialog
        onDone={() => {
          question.current?.resolve()
          close()
        }}
        onCancel={() => {
          question.current?.reject(new StepUpCancelled('The password was not given.'))
          close()
        }}
      />
    ),
  }
}
