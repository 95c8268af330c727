import { describe, expect, it } from 'vitest'
import type { Refusal } from './refusal.ts'
import { type Exchange, sendWithToken } from './send-with-token.ts'
import type { Lease, TokenSource } from './token-source.ts'

const T0: Lease = { accessToken: 'T0' }
const T1: Lease = { accessToken: 'T1' }
const T2: Lease = { accessToken: 'T2' }

/** A session with `T0`, `T1` for whoever was refused, and `T2` after a step-up. */
function source(overrides: Partial<TokenSource> = {}): TokenSource {
  return {
    allows: () => true,
    lease: () => T0,
    held: () => T0,
    renew: async () => T1,
    stepUp: async () => T2,
    ...overrides,
  }
}

const refusals: Readonly<Record<string, Refusal>> = {
  '401': { is: 'token' },
  '401 again': { is: 'step-up', challenge: { maxAge: 900_000, acrValues: [] } },
}

/** A request that writes down what is done with it. `answers` come in order; an Error is a rejection. */
function exchange(answers: (string | Error)[], overrides: Partial<Exchange<string>> = {}) {
  const log: string[] = []
  const recorded: Exchange<string> = {
    signal: null,
    patient: true,
    replayable: true,
    send(accessToken) {
      log.push(`send ${accessToken}`)
      const answer = answers.shift() ?? 'nothing left'
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)
    },
    refusalIn: answer => refusals[answer] ?? null,
    answerIn: failure =>
      failure instanceof Error && failure.message in refusals ? failure.message : null,
    whileWaiting(waiting, on) {
      log.push(`wait for ${on}`)
      return waiting
    },
    discard: answer => void log.push(`discard ${answer}`),
    release: () => void log.push('release'),
    ...overrides,
  }
  return { recorded, log }
}

describe('sendWithToken', () => {
  it('sends in the same tick when the token is there', async () => {
    const { recorded, log } = exchange(['200'])

    const answer = sendWithToken(source(), recorded)

    expect(log).toEqual(['send T0'])
    expect(await answer).toBe('200')
    expect(log).toEqual(['send T0', 'release'])
  })

  it('replays a refused request once with the newer token', async () => {
    const { recorded, log } = exchange(['401', '401'])

    expect(await sendWithToken(source(), recorded)).toBe('401')
    expect(log).toEqual(['send T0', 'wait for refresh', 'discard 401', 'send T1', 'release'])
  })

  it('does the same for a host that rejects for a 401', async () => {
    const { recorded, log } = exchange([new Error('401'), '200'])

    expect(await sendWithToken(source(), recorded)).toBe('200')
    expect(log).toEqual(['send T0', 'wait for refresh', 'discard 401', 'send T1', 'release'])
  })

  it('gives the very refusal back when there is nothing newer', async () => {
    const refusal = new Error('401')
    const { recorded, log } = exchange([refusal])

    const answer = sendWithToken(source({ renew: async () => null }), recorded)

    await expect(answer).rejects.toBe(refusal)
    expect(log).toEqual(['send T0', 'wait for refresh', 'release'])
  })

  it('gives the very failure back that is none of the session’s business', async () => {
    const failure = new TypeError('no network')
    const { recorded, log } = exchange([failure])

    await expect(sendWithToken(source(), recorded)).rejects.toBe(failure)
    expect(log).toEqual(['send T0', 'release'])
  })

  it('discards the refusal when the session is over, and rejects with its error', async () => {
    const over = new Error('session-ended')
    const { recorded, log } = exchange(['401'])

    const answer = sendWithToken(source({ renew: () => Promise.reject(over) }), recorded)

    await expect(answer).rejects.toBe(over)
    expect(log).toEqual(['send T0', 'wait for refresh', 'discard 401', 'release'])
  })

  it('sends without a token when nobody is signed in, now or after a wait', async () => {
    for (const lease of [() => null, async () => null]) {
      const { recorded, log } = exchange(['401'])
      expect(await sendWithToken(source({ lease }), recorded)).toBe('401')
      expect(log.filter(entry => !entry.startsWith('wait'))).toEqual(['send null', 'release'])
    }
  })

  it('awaits a verdict that takes time', async () => {
    const { recorded, log } = exchange(['odd', '200'], {
      refusalIn: async answer => (answer === 'odd' ? { is: 'token' } : null),
    })

    expect(await sendWithToken(source(), recorded)).toBe('200')
    expect(log).toEqual(['send T0', 'wait for refresh', 'discard odd', 'send T1', 'release'])
  })

  it('discards the answer whose verdict fails, be it the first or the second', async () => {
    const refusalIn = (answer: string) =>
      answer === 'odd' ? Promise.reject(new Error('no idea')) : (refusals[answer] ?? null)
    const first = exchange(['odd'], { refusalIn })
    const second = exchange(['401', 'odd'], { refusalIn })

    await expect(sendWithToken(source(), first.recorded)).rejects.toThrow('no idea')
    await expect(sendWithToken(source(), second.recorded)).rejects.toThrow('no idea')
    expect(first.log).toEqual(['send T0', 'discard odd', 'release'])
    expect(second.log.slice(2)).toEqual(['discard 401', 'send T1', 'discard odd', 'release'])
  })

  it('releases what it kept when a host throws in place of rejecting', async () => {
    const { recorded, log } = exchange([], {
      send() {
        throw new Error('at once')
      },
    })

    expect(() => sendWithToken(source(), recorded)).toThrow('at once')
    expect(log).toEqual(['release'])
  })

  it('tells the session of a refusal that it cannot replay, and minds no failure of it', async () => {
    const refused: Lease[] = []
    const { recorded, log } = exchange(['401'], { replayable: false })
    const renew = (lease: Lease) => {
      refused.push(lease)
      return Promise.reject(new Error('session-ended'))
    }

    expect(await sendWithToken(source({ renew }), recorded)).toBe('401')
    expect(log).toEqual(['send T0', 'release'])
    expect(refused).toEqual([T0])
  })

  it('I03: sends an impatient request at once with the token at hand, however old', async () => {
    const { recorded, log } = exchange(['200', '200'], { patient: false })
    const lease = () => Promise.reject(new Error('session-ended'))

    expect(await sendWithToken(source({ lease }), recorded)).toBe('200')
    expect(await sendWithToken(source({ lease, held: () => null }), recorded)).toBe('200')
    expect(log).toEqual(['send T0', 'release', 'send null', 'release'])
  })
})

describe('a refusal that asks for a step-up', () => {
  it('is sent again once after the user has agreed, without a refresh', async () => {
    const { recorded, log } = exchange(['401 again', '401 again'])

    expect(await sendWithToken(source(), recorded)).toBe('401 again')
    expect(log).toEqual(['send T0', 'wait for user', 'discard 401 again', 'send T2', 'release'])
  })

  it('may come to a replay, and its answer is the last', async () => {
    const { recorded, log } = exchange([new Error('401'), new Error('401 again'), '401'])

    expect(await sendWithToken(source(), recorded)).toBe('401')
    expect(log).toEqual([
      'send T0',
      'wait for refresh',
      'discard 401',
      'send T1',
      'wait for user',
      'discard 401 again',
      'send T2',
      'release',
    ])
  })

  it('is told which lease was refused, and what is asked for', async () => {
    const told: unknown[] = []
    const { recorded } = exchange(['401 again', '200'])
    const stepUp: TokenSource['stepUp'] = async (...args) => {
      told.push(args)
      return T2
    }

    await sendWithToken(source({ stepUp }), recorded)

    expect(told).toEqual([[T0, { maxAge: 900_000, acrValues: [] }, null]])
  })

  it('is the answer where nobody can be asked', async () => {
    const refusal = new Error('401 again')
    const { recorded, log } = exchange([refusal])

    const answer = sendWithToken(source({ stepUp: async () => null }), recorded)

    await expect(answer).rejects.toBe(refusal)
    expect(log).toEqual(['send T0', 'wait for user', 'release'])
  })

  it('is discarded when the user would rather not, and that error is the answer', async () => {
    const cancelled = new Error('step-up-cancelled')
    const { recorded, log } = exchange(['401 again'])

    const answer = sendWithToken(source({ stepUp: () => Promise.reject(cancelled) }), recorded)

    await expect(answer).rejects.toBe(cancelled)
    expect(log).toEqual(['send T0', 'wait for user', 'discard 401 again', 'release'])
  })

  it('asks nobody on behalf of a request that cannot be replayed', async () => {
    const { recorded, log } = exchange(['401 again'], { replayable: false })

    expect(await sendWithToken(source(), recorded)).toBe('401 again')
    expect(log).toEqual(['send T0', 'release'])
  })
})
