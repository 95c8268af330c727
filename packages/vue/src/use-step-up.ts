import type { Session } from '@tabkeeper/core'
import { createStepUpQuestion, type StepUpQuestion } from '@tabkeeper/core/bindings'
import { type ComputedRef, computed } from 'vue'
import { useStore } from './use-store.ts'

/**
 * Returns the question that a server has asked of the user, to prove again who they are (RFC 9470), or
 * `null`. While its owner lives it stands in the place of the option `onStepUp`; requests wait for the
 * answer. When the owner goes with the question open, it is cancelled.
 *
 * @example
 * ```ts
 * const question = useStepUp(session)
 * const confirm = async () => question.value?.confirm(await reauthenticate(password))
 * ```
 */
export function useStepUp(
  session: Pick<Session, 'adopt' | 'onStepUp'>,
): ComputedRef<StepUpQuestion | null> {
  const store = createStepUpQuestion(session)
  const state = useStore(store, store.getState())
  return computed(() => state.value.question)
}
