import type { Session } from '@tabkeeper/core'
import { createStepUpQuestion, type StepUpQuestion } from '@tabkeeper/core/bindings'
import { useMemo } from 'react'
import { useStore } from './use-store.ts'

/**
 * Returns the question that a server has asked of the user, to prove again who they are (RFC 9470), or
 * `null`. While the component is mounted it stands in the place of the option `onStepUp`; requests wait
 * for the answer. When the component goes with the question open, it is cancelled.
 *
 * @example
 * ```tsx
 * function Confirmation() {
 *   const question = useStepUp(session)
 *   if (question === null) return null
 *   const confirm = async () => question.confirm(await reauthenticate(password))
 *   return (
 *     <dialog open onClose={question.cancel}>
 *       <button onClick={confirm}>Confirm</button>
 *     </dialog>
 *   )
 * }
 * ```
 */
export function useStepUp(session: Pick<Session, 'adopt' | 'onStepUp'>): StepUpQuestion | null {
  return useStore(useMemo(() => createStepUpQuestion(session), [session])).question
}
