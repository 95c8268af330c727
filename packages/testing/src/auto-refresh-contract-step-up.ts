import type { ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import type { ContractStage } from './auto-refresh-contract.ts'
import { onTheWire } from './auto-refresh-contract-bytes.ts'
import { refuse } from './recording-server.ts'
import { until } from './until.ts'

const CODE = 'insufficient_user_authentication'
const FIFTEEN_MINUTES = { maxAge: 900_000, acrValues: [] }

/** The forms in which servers ask for a more recent sign-in (RFC 9470 §3). */
const challenges: Record<string, (response: ServerResponse) => void> = {
  'its header': response => {
    const header = `Bearer realm="contract", error="${CODE}", max_age="900"`
    response.writeHead(401, { 'WWW-Authenticate': header }).end('again, please')
  },
  'the code in its body': response => {
    response.writeHead(401, { 'Content-Type': 'application/problem+json' })
    response.end(`{"code":"${CODE}","max_age":900}`)
  },
  'the error in its body, and a header that says nothing': response => {
    response.writeHead(401, { 'Content-Type': 'application/json', 'WWW-Authenticate': 'Bearer' })
    response.end(`{"error":"${CODE}","max_age":"900"}`)
  },
}

/** Answers with a 401 that asks for a sign-in of the last fifteen minutes. */
export function challenge(response: ServerResponse): void {
  challenges['its header']?.(response)
}

/** A 401 that asks for a more recent sign-in is about the user, and never about the token. */
export function itAsksForAStepUp(stage: () => ContractStage): void {
  describe('a step-up', () => {
    it.each(Object.keys(challenges))(
      'asks the user when a 401 says so by %s, and sends the same bytes again',
      async form => {
        const { server, source, client } = stage()
        source.seatUser()
        server.on('/sessions', ({ token, body }, response) => {
          if (token === 'T2') response.end(body)
          else challenges[form]?.(response)
        })

        const request = { method: 'POST', body: 'žluť', headers: { 'X-Request': '1' } }
        const answer = client.send(`${server.origin}/sessions`, request)
        await until(() => source.questions.length === 1)
        expect(source.questions).toEqual([FIFTEEN_MINUTES])
        source.confirm('T2')

        expect(await answer).toMatchObject({ status: 200, text: 'žluť' })
        expect(server.requests.map(({ token }) => token)).toEqual(['T0', 'T2'])
        const [first, second] = server.requests.map(onTheWire)
        expect(second).toEqual(first)
        expect(source.refreshes).toBe(0)
      },
    )

    it.each(Object.keys(challenges))(
      'is the caller’s where nobody can be asked: %s, untouched and without a refresh',
      async form => {
        const { server, source, client, createClient } = stage()
        server.on('/sessions', (_, response) => challenges[form]?.(response))
        const url = `${server.origin}/sessions`

        const bare = await createClient(null).send(url)
        const answer = await client.send(url)

        expect(answer.status).toBe(401)
        expect(answer.text).toBe(bare.text)
        expect(source.refreshes).toBe(0)
        expect(server.requests).toHaveLength(2)
      },
    )

    it('follows a refresh where the token was no good either', async () => {
      const { server, source, client, revoke, refreshTo } = stage()
      source.seatUser()
      revoke()
      server.on('/sessions', ({ token, body }, response) => {
        if (token === 'T0') refuse(response)
        else if (token === 'T1') challenge(response)
        else response.end(body)
      })

      const answer = client.send(`${server.origin}/sessions`, { method: 'POST', body: 'žluť' })
      await refreshTo('T1')
      await until(() => source.questions.length === 1)
      source.confirm('T2')

      expect(await answer).toMatchObject({ status: 200, text: 'žluť' })
      expect(server.requests.map(({ token }) => token)).toEqual(['T0', 'T1', 'T2'])
      const [first, ...others] = server.requests.map(onTheWire)
      for (const other of others) expect(other).toEqual(first)
      expect(source.refreshes).toBe(1)
    })

    it('is asked for once: what comes then is the answer', async () => {
      const { server, source, client } = stage()
      source.seatUser()
      server.on('/sessions', ({ token }, response) => {
        if (token === 'T2') refuse(response)
        else challenge(response)
      })

      const answer = client.send(`${server.origin}/sessions`)
      await until(() => source.questions.length === 1)
      source.confirm('T2')

      expect(await answer).toMatchObject({ status: 401, text: '{"code":"invalid_access_token"}' })
      expect(server.requests).toHaveLength(2)
      expect(source.refreshes).toBe(0)
    })

    it('fails with the session’s error when the user would rather not', async () => {
      const { server, source, client } = stage()
      source.seatUser()
      server.on('/sessions', (_, response) => challenge(response))

      const answer = client.send(`${server.origin}/sessions`).catch(error => error)
      await until(() => source.questions.length === 1)
      source.cancel()

      expect(await answer).toMatchObject({ name: 'SessionError', code: 'step-up-cancelled' })
      expect(server.requests).toHaveLength(1)
      expect(source.refreshes).toBe(0)
    })

    it('frees a caller that gives up while the user is asked', async () => {
      const { server, source, client } = stage()
      source.seatUser()
      server.on('/sessions', (_, response) => challenge(response))
      const controller = new AbortController()
      const reason = new Error('changed my mind')

      const aborted = client
        .send(`${server.origin}/sessions`, { signal: controller.signal })
        .catch(error => error)
      await until(() => source.questions.length === 1)
      controller.abort(reason)

      expect(client.isAborted(await aborted, reason)).toBe(true)
      expect(server.requests).toHaveLength(1)
    })

    it('is not what `shouldRefresh` is asked about', async () => {
      const { server, source, createClient } = stage()
      const client = createClient(source, { shouldRefresh: ({ status }) => status === 401 })
      server.on('/sessions', (_, response) => challenge(response))

      expect(await client.send(`${server.origin}/sessions`)).toMatchObject({ status: 401 })
      expect(source.refreshes).toBe(0)
    })
  })
}
