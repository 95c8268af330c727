import type { Session } from '../session/session.ts'
import type { StepUpChallenge } from '../tokens/step-up-challenge.ts'
import type { TokenResponse } from '../tokens/token-response.ts'
import { createStore, type Store } from './store.ts'

/**
 * A server wants the user to prove again who they are (RFC 9470), and requests wait for it. Once it is
 * answered, or the session is another one, both answers do nothing.
 */
export interface StepUpQuestion extends StepUpChallenge {
  /** They have: takes up the tokens that came of it, where there are any, and lets the requests go. */
  confirm(tokens?: TokenResponse): void
  /** They would rather not: the requests fail with `step-up-cancelled`, and the session goes on. */
  cancel(): void
}

/**
 * Returns the open question of a session as a store. While somebody looks at it, it stands in the place of
 * the option `onStepUp`; when nobody does any more, an open question is cancelled.
 *
 * @example
 * ```ts
 * const stepUp = createStepUpQuestion(session)
 * const stop = stepUp.subscribe(() => console.log(stepUp.getState().question?.maxAge))
 * ```
 */
export function createStepUpQuestion(
  session: Pick<Session, 'adopt' | 'onStepUp'>,
): Store<{ readonly question: StepUpQuestion | null }> {
  const store = createStore<{ readonly question: StepUpQuestion | null }>(
    { question: null },
    () => {
      const forget = session.onStepUp(
        (challenge, { signal }) => new Promise<boolean>(answer => ask(challenge, signal, answer)),
      )
      return () => {
        forget()
        store.getState().question?.cancel()
      }
    },
  )

  function ask(challenge: StepUpChallenge, signal: AbortSignal, answer: (is: boolean) => void) {
    const isOpen = () => store.getState().question === question
    const close = (is: boolean) => {
      if (isOpen()) store.change({ question: null })
      answer(is)
    }
    const question: StepUpQuestion = {
      ...challenge,
      confirm(tokens) {
        if (!isOpen()) return
        if (tokens !== undefined) session.adopt(tokens)
        close(true)
      },
      cancel: () => close(false),
    }
    signal.addEventListener('abort', question.cancel)
    store.change({ question })
  }

  return store
}
