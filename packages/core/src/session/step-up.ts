import { SessionError } from '../errors.ts'
import type { Lease, TokenSource } from '../http/token-source.ts'
import { whenAborted } from '../ports/when-aborted.ts'
import type { StepUpChallenge } from '../tokens/step-up-challenge.ts'
import type { LeaseDesk } from './leases.ts'
import type { SessionOptions } from './options.ts'
import type { Queue } from './queue.ts'

export interface StepUps extends Pick<TokenSource, 'stepUp'> {
  /** To be called after each change of the session: a question to somebody who is gone is dropped. */
  changed(): void
  /** Asks in this way until the undo is called; the latest way counts. */
  askBy(way: AskUser): () => void
}

type AskUser = NonNullable<SessionOptions['onStepUp']>

interface Question {
  /** Of the request that made it come up. */
  readonly about: Lease
  readonly dropped: AbortController
  readonly answer: Promise<void>
  isOpen: boolean
}

/** Asks the user who they are: one question at a time, whose answer is everybody's who needs it. */
export function createStepUps(
  onStepUp: AskUser | undefined,
  desk: LeaseDesk,
  queue: Queue,
  disposed: AbortSignal,
): StepUps {
  // The latest question, unless it was dropped: that is no answer to anybody else.
  let question: Question | null = null
  // The same way given twice is two entries, of which each is undone by itself.
  const ways = onStepUp === undefined ? [] : [{ ask: onStepUp }]

  function ask(about: Lease, answer: (signal: AbortSignal) => Promise<void>): Question {
    const dropped = new AbortController()
    const signal = AbortSignal.any([dropped.signal, disposed])
    const asked: Question = {
      about,
      dropped,
      isOpen: true,
      answer: Promise.race([answer(signal), whenAborted(signal)]),
    }
    const close = () => {
      asked.isOpen = false
      desk.startRound()
    }
    asked.answer.then(close, close)
    return asked
  }

  return {
    async stepUp(refused, challenge, signal) {
      signal?.throwIfAborted()
      const way = ways.at(-1)
      if (way === undefined || !desk.isCurrent(refused)) return null
      // A request that was under way when the user answered, yes or no, does not bother them again.
      if (question === null || !(question.isOpen || desk.isOfEarlierRound(refused)))
        question = ask(refused, signal => confirmed(way.ask, challenge, signal))
      try {
        await queue.wait(question.answer, signal)
      } catch (error) {
        disposed.throwIfAborted()
        // Where the session is over or another one, that is the error, and `again` knows it.
        if (desk.isCurrent(refused)) throw error
      }
      return desk.again(refused, signal)
    },
    changed() {
      if (!question?.isOpen || desk.isCurrent(question.about)) return
      question.dropped.abort()
      question = null
    },
    askBy(ask) {
      const way = { ask }
      ways.push(way)
      return () => {
        const at = ways.indexOf(way)
        if (at >= 0) ways.splice(at, 1)
      }
    },
  }
}

async function confirmed(
  onStepUp: AskUser,
  challenge: StepUpChallenge,
  signal: AbortSignal,
): Promise<void> {
  try {
    if ((await onStepUp(challenge, { signal })) !== false) return
  } catch (cause) {
    throw cancelled({ cause })
  }
  throw cancelled()
}

function cancelled(options?: { cause: unknown }): SessionError {
  return new SessionError(
    'step-up-cancelled',
    'The server asked for a more recent sign-in, and "onStepUp" came to nothing; the session goes on.',
    options,
  )
}
