import { describe, expect, it } from 'vitest'
import type { ContractStage } from './auto-refresh-contract.ts'
import { refuse } from './recording-server.ts'
import { until, untilWaiting } from './until.ts'

/** A request ends with the session it was made in, and a caller may leave whenever it likes. */
export function itBelongsToOneSession(stage: () => ContractStage): void {
  describe('one session', () => {
    it('fails waiting requests with one error when the refresh is refused, and sends none', async () => {
      const { server, source, client } = stage()
      source.expire()

      const answers = Array.from({ length: 10 }, () => client.send(`${server.origin}/orders`))
      await untilWaiting(source, 10)
      source.deny()

      const errors = new Set<unknown>()
      for (const answer of answers) errors.add(await answer.catch(error => error))
      expect([...errors]).toEqual([expect.objectContaining({ code: 'session-ended' })])
      expect(server.requests).toEqual([])
    })

    it('fails refused requests, too, when the refresh is refused', async () => {
      const { server, source, client, revoke } = stage()
      revoke()

      const answer = client.send(`${server.origin}/orders`)
      await untilWaiting(source, 1)
      source.deny()

      await expect(answer).rejects.toMatchObject({ name: 'SessionError', code: 'session-ended' })
      expect(server.requests).toHaveLength(1)
    })

    it('passes on that the server cannot be reached, and works again later', async () => {
      const { server, source, client, refreshTo } = stage()
      source.expire()

      const early = client.send(`${server.origin}/orders`)
      await untilWaiting(source, 1)
      source.lose()
      await expect(early).rejects.toMatchObject({ code: 'unreachable', retryable: true })

      const late = client.send(`${server.origin}/orders`)
      await refreshTo('T0')
      expect(await late).toMatchObject({ status: 200 })
    })

    it('does not let a late 401 touch the session that came after', async () => {
      const { server, source, client } = stage()
      let answerLate: (() => void) | undefined
      server.on('/slow', (_, response) => {
        answerLate = () => refuse(response)
      })

      const answer = client.send(`${server.origin}/slow`)
      await until(() => answerLate !== undefined)
      source.signOut()
      source.signIn('B0')
      server.accepted.add('B0')
      await client.send(`${server.origin}/menu`)
      answerLate?.()

      expect(await answer).toMatchObject({ status: 401 })
      expect(source.refreshes).toBe(0)
      expect(server.requests.map(({ url, token }) => `${url} ${token}`)).toEqual([
        '/slow T0',
        '/menu B0',
      ])
    })

    it('never sends a waiting request under the next identity', async () => {
      const { server, source, client } = stage()
      source.expire()

      const answer = client.send(`${server.origin}/transfer`, { method: 'POST', body: 'all of it' })
      await untilWaiting(source, 1)
      server.accepted.add('B0')
      source.signIn('B0')

      await expect(answer).rejects.toMatchObject({ code: 'session-changed' })
      expect(server.requests).toEqual([])
    })

    it('sends without a token while nobody is signed in, and leaves the 401 alone', async () => {
      const { server, createClient, createSource } = stage()
      const source = createSource(null, [server.origin])

      const answer = await createClient(source).send(`${server.origin}/orders`)

      expect(answer).toMatchObject({ status: 401, text: '{"code":"invalid_access_token"}' })
      expect(server.requests.map(request => request.token)).toEqual([null])
      expect(source.refreshes).toBe(0)
    })

    it('H09: frees a caller that gives up while it waits, at once and nobody else', async () => {
      const { server, source, client } = stage()
      source.expire()
      const controller = new AbortController()
      const reason = new Error('changed my mind')

      const aborted = client
        .send(`${server.origin}/mine`, { signal: controller.signal })
        .catch(error => error)
      const other = client.send(`${server.origin}/other`)
      await untilWaiting(source, 2)
      controller.abort(reason)

      expect(client.isAborted(await aborted, reason)).toBe(true)
      source.grant('T0')
      expect(await other).toMatchObject({ status: 200 })
      expect(server.requests.map(request => request.url)).toEqual(['/other'])
    })

    it('frees a caller that gives up between the refusal and the replay', async () => {
      const { server, source, client, revoke } = stage()
      revoke()
      const controller = new AbortController()
      const reason = new Error('changed my mind')

      const aborted = client
        .send(`${server.origin}/mine`, { signal: controller.signal })
        .catch(error => error)
      await untilWaiting(source, 1)
      controller.abort(reason)

      expect(client.isAborted(await aborted, reason)).toBe(true)
      expect(source.waiting).toBe(0)
      expect(server.requests).toHaveLength(1)
    })

    it('sends nothing for a caller that had given up before', async () => {
      const { server, source, client } = stage()
      const reason = new Error('never mind')
      const request = { signal: AbortSignal.abort(reason) }

      const good = await client.send(`${server.origin}/mine`, request).catch(error => error)
      source.expire()
      const over = await client.send(`${server.origin}/mine`, request).catch(error => error)

      expect(client.isAborted(good, reason)).toBe(true)
      expect(client.isAborted(over, reason)).toBe(true)
      expect(server.requests).toEqual([])
    })

    it('I10: leaves a request with `session: false` alone', async () => {
      const { server, source, client } = stage()
      source.expire()

      const answer = await client.send(`${server.origin}/orders`, { session: false })

      expect(answer.status).toBe(401)
      expect(server.requests.map(request => request.token)).toEqual([null])
      expect(source.refreshes).toBe(0)
    })

    it.each(['Basic YmFyOnRhYg==', 'Bearer of-my-own'])(
      'I10: leaves a request alone that brings `Authorization: %s`',
      async authorization => {
        const { server, source, client } = stage()

        const answer = await client.send(`${server.origin}/orders`, {
          headers: { authorization },
        })

        expect(answer.status).toBe(401)
        expect(server.requests).toHaveLength(1)
        expect(server.requests[0]?.rawHeaders).toContain(authorization)
        expect(source.refreshes).toBe(0)
      },
    )
  })
}
