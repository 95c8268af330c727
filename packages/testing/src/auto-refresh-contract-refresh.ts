import { describe, expect, it } from 'vitest'
import type { ContractStage } from './auto-refresh-contract.ts'
import { refuse } from './recording-server.ts'
import { until, untilWaiting } from './until.ts'

const paths = Array.from({ length: 20 }, (_, i) => `/order/${i}`)

/** One refresh however many requests ask, each request at the network as seldom as possible. */
export function itRefreshesOnce(stage: () => ContractStage, keepsOrder: boolean): void {
  describe('one refresh', () => {
    it('sends the held token at once and needs none', async () => {
      const { server, source, client } = stage()

      const answer = await client.send(`${server.origin}/orders`)

      expect(answer.status).toBe(200)
      expect(server.requests.map(request => request.token)).toEqual(['T0'])
      expect(source.refreshes).toBe(0)
    })

    it('holds 20 requests of one tick until the token is there, and keeps their order', async () => {
      const { server, source, client } = stage()
      source.expire()

      const answers = paths.map(path => client.send(server.origin + path))
      await untilWaiting(source, 20)
      expect(server.requests).toEqual([])
      server.accepted.add('T1')
      source.grant('T1')

      for (const { status } of await Promise.all(answers)) expect(status).toBe(200)
      expect(source.refreshes).toBe(1)
      expect(server.requests).toHaveLength(20)
      if (keepsOrder) expect(server.arrivals).toEqual(paths)
      else expect(new Set(server.arrivals)).toEqual(new Set(paths))
      expect(new Set(server.requests.map(request => request.token))).toEqual(new Set(['T1']))
    })

    it('refreshes once for 20 requests that are refused, and sends each of them twice', async () => {
      const { server, source, client, revoke, refreshTo } = stage()
      revoke()

      const answers = paths.map(path => client.send(server.origin + path))
      await refreshTo('T1', 20)

      for (const { status } of await Promise.all(answers)) expect(status).toBe(200)
      expect(source.refreshes).toBe(1)
      for (const path of paths) {
        const tokens = server.requests.filter(({ url }) => url === path).map(({ token }) => token)
        expect(tokens).toEqual(['T0', 'T1'])
      }
    })

    it('replays a late 401 of the old token without another refresh', async () => {
      const { server, source, client, revoke } = stage()
      revoke()
      let answerSlowOne: (() => void) | undefined
      server.on('/slow', ({ token }, response) => {
        if (token === 'T1') response.end('at last')
        else answerSlowOne = () => refuse(response)
      })

      const slow = client.send(`${server.origin}/slow`)
      const fast = client.send(`${server.origin}/fast`)
      await until(() => answerSlowOne !== undefined && source.waiting === 1)
      server.accepted.add('T1')
      source.grant('T1')
      await fast
      answerSlowOne?.()

      expect(await slow).toMatchObject({ status: 200, text: 'at last' })
      expect(source.refreshes).toBe(1)
    })

    it('shares the refresh with every other client of the session', async () => {
      const { server, source, client, createClient, revoke, refreshTo } = stage()
      revoke()
      const clients = [client, createClient(source), createClient(source)]

      const answers = clients.map(client => client.send(`${server.origin}/orders`))
      await refreshTo('T1', 3)

      for (const { status } of await Promise.all(answers)) expect(status).toBe(200)
      expect(source.refreshes).toBe(1)
    })

    it('gives a 401 that a fresh token gets to the caller, and does not refresh for it again', async () => {
      const { server, source, client, refreshTo } = stage()
      server.on('/never', (_, response) => refuse(response))

      const answer = client.send(`${server.origin}/never`)
      await refreshTo('T1')

      expect(await answer).toMatchObject({ status: 401, text: '{"code":"invalid_access_token"}' })
      expect(server.requests.map(request => request.token)).toEqual(['T0', 'T1'])
      expect(await client.send(`${server.origin}/never`)).toMatchObject({ status: 401 })
      expect(server.requests).toHaveLength(3)
      expect(source.refreshes).toBe(1)
    })

    it('leaves a 403 and a 401 that asks for a new sign-in alone', async () => {
      const { server, source, client } = stage()
      server.on('/forbidden', (_, response) => response.writeHead(403).end('not you'))
      server.on('/step-up', (_, response) => {
        const challenge = 'Bearer error="insufficient_user_authentication", max_age=900'
        response.writeHead(401, { 'WWW-Authenticate': challenge }).end('again, please')
      })

      expect(await client.send(`${server.origin}/forbidden`)).toMatchObject({ status: 403 })
      expect(await client.send(`${server.origin}/step-up`)).toMatchObject({
        status: 401,
        text: 'again, please',
      })
      expect(server.requests).toHaveLength(2)
      expect(source.refreshes).toBe(0)
    })

    it('D07: lets `shouldRefresh` find the refusal elsewhere, and leaves the body to the caller', async () => {
      const { server, source, createClient, refreshTo } = stage()
      const client = createClient(source, {
        shouldRefresh: ({ status, text }) => status === 200 && text.includes('UNAUTHENTICATED'),
      })
      server.on('/graphql', ({ token }, response) =>
        response.end(token === 'T1' ? '{"data":{}}' : '{"errors":[{"code":"UNAUTHENTICATED"}]}'),
      )
      server.on('/never', (_, response) => refuse(response))

      const answer = client.send(`${server.origin}/graphql`, { method: 'POST', body: '{}' })
      await refreshTo('T1')

      expect(await answer).toMatchObject({ status: 200, text: '{"data":{}}' })
      expect(server.requests).toHaveLength(2)
      // It has taken the place of the default rule.
      expect(await client.send(`${server.origin}/never`)).toMatchObject({ status: 401 })
      expect(source.refreshes).toBe(1)
    })
  })
}
