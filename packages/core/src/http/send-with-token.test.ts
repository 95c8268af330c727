import { describe, expect, it } from 'vitest'
import { type Exchange, sendWithToken } from './send-with-token.ts'
import type { Lease, TokenSource } from './token-source.ts'

const T0: Lease = { accessToken: 'T0' }
const T1: Lease = { accessToken: 'T1' }

/** A session with `T0`, and `T1` for whoever was refused. */
function source(overrides: Partial<TokenSource> = {}): TokenSource {
  return { allows: () => true, lease: () => T0, renew: async () => T1, ...overrides }
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
    isRefused: answer => answer === '401',
    answerIn: failure => (failure instanceof Error && failure.message === '401' ? '401' : null),
    whileWaiting(waiting) {
      log.push('wait')
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
    expect(log).toEqual(['send T0', 'wait', 'discard 401', 'send T1', 'release'])
  })

  it('does the same for a host that rejects for a 401', async () => {
    const { recorded, log } = exchange([new Error('401'), '200'])

    expect(await sendWithToken(source(), recorded)).toBe('200')
    expect(log).toEqual(['send T0', 'wait', 'discard 401', 'send T1', 'release'])
  })

  it('gives the very refusal back when there is nothing newer', async () => {
    const refusal = new Error('401')
    const { recorded, log } = exchange([refusal])

    const answer = sendWithToken(source({ renew: async () => null }), recorded)

    await expect(answer).rejects.toBe(refusal)
    expect(log).toEqual(['send T0', 'wait', 'release'])
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
    expect(log).toEqual(['send T0', 'wait', 'discard 401', 'release'])
  })

  it('sends without a token when nobody is signed in, now or after a wait', async () => {
    for (const lease of [() => null, async () => null]) {
      const { recorded, log } = exchange(['401'])
      expect(await sendWithToken(source({ lease }), recorded)).toBe('401')
      expect(log.filter(entry => entry !== 'wait')).toEqual(['send null', 'release'])
    }
  })

  it('awaits a verdict that takes time', async () => {
    const { recorded, log } = exchange(['odd', '200'], {
      isRefused: async answer => answer === 'odd',
    })

    expect(await sendWithToken(source(), recorded)).toBe('200')
    expect(log).toEqual(['send T0', 'wait', 'discard odd', 'send T1', 'release'])
  })

  it('releases what it kept when the verdict fails', async () => {
    const { recorded, log } = exchange(['odd'], {
      isRefused: () => Promise.reject(new Error('no idea')),
    })

    await expect(sendWithToken(source(), recorded)).rejects.toThrow('no idea')
    expect(log).toEqual(['send T0', 'release'])
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

  it('does not let an impatient request wait', async () => {
    const { recorded, log } = exchange(['200'], { patient: false })
    const lease = () => Promise.reject(new Error('session-ended'))

    expect(await sendWithToken(source({ lease }), recorded)).toBe('200')
    expect(log).toEqual(['send null', 'release'])
  })
})
