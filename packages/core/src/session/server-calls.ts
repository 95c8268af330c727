import { SessionError, signedOut } from '../errors.ts'
import type { Refusal } from '../http/refusal.ts'
import { sendWithToken } from '../http/send-with-token.ts'
import type { TokenSource } from '../http/token-source.ts'
import type { Authorized } from '../ports/auth-endpoint.ts'
import { inTime, type Limits } from '../runtime/in-time.ts'
import { STEP_UP } from '../tokens/step-up-challenge.ts'

/** The calls to the auth server that somebody waits for by name. */
export interface ServerCalls {
  /** Rejects with `unreachable` when time is up, and with the caller's own reason when the caller gives up. */
  askServer<T>(
    what: string,
    call: (signal: AbortSignal) => Promise<T>,
    caller?: AbortSignal,
  ): Promise<T>
  /** A call that needs a token goes the way of any request: it waits, is refreshed for and replayed once. */
  authorized<T>(
    what: string,
    call: (accessToken: string, signal: AbortSignal) => Promise<Authorized<T>>,
    caller?: AbortSignal,
  ): Promise<T>
}

export function createServerCalls(limits: Limits, session: () => TokenSource): ServerCalls {
  const askServer: ServerCalls['askServer'] = async (what, call, caller) => {
    try {
      return await inTime(limits, what, call, caller)
    } catch (cause) {
      caller?.throwIfAborted()
      if (!(cause instanceof DOMException) || cause.name !== 'TimeoutError') throw cause
      throw new SessionError('unreachable', `${what} took too long; try again later.`, { cause })
    }
  }

  return {
    askServer,
    async authorized<T>(
      what: string,
      call: (accessToken: string, signal: AbortSignal) => Promise<Authorized<T>>,
      caller?: AbortSignal,
    ): Promise<T> {
      caller?.throwIfAborted()
      const answer = await sendWithToken<Authorized<T>>(session(), {
        signal: caller,
        patient: true,
        replayable: true,
        send: accessToken =>
          accessToken === null
            ? Promise.reject(signedOut())
            : askServer(what, signal => call(accessToken, signal), caller),
        refusalIn,
        answerIn: () => null,
        whileWaiting: waiting => waiting,
        discard() {},
        release() {},
      })
      if (answer.is === 'answered') return answer.value
      throw refused(what, answer)
    },
  }
}

function refusalIn(answer: Authorized<unknown>): Refusal | null {
  switch (answer.is) {
    case 'answered':
      return null
    case 'refused':
      return { is: 'token' }
    case 'step-up':
      return answer
  }
}

function refused(what: string, { is }: { readonly is: 'refused' | 'step-up' }): SessionError {
  return is === 'step-up'
    ? new SessionError('rejected', `${what} needs a more recent sign-in.`, {
        status: 401,
        serverCode: STEP_UP,
      })
    : new SessionError('rejected', `${what} was refused though the token is fresh.`, {
        status: 401,
      })
}
