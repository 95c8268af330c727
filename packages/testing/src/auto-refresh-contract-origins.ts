import { describe, expect, it } from 'vitest'
import type { ContractStage } from './auto-refresh-contract.ts'

/** Only origins that the session allows see the token, and only their 401 counts. */
export function itKeepsToItsOrigins(stage: () => ContractStage, seesRedirects: boolean): void {
  describe('its origins', () => {
    it('I04: tells another origin nothing, and does not mind its 401', async () => {
      const { foreign, source, client } = stage()

      const answer = await client.send(`${foreign.origin}/orders`)

      expect(answer.status).toBe(401)
      expect(foreign.requests.map(request => request.token)).toEqual([null])
      expect(source.refreshes).toBe(0)
    })

    it('takes another name of the same host for another origin', async () => {
      const { server, client } = stage()

      await client.send(`${server.origin.replace('127.0.0.1', 'localhost')}/orders`)

      expect(server.requests.map(request => request.token)).toEqual([null])
    })

    it('judges an unusual spelling by where it goes', async () => {
      const { server, client } = stage()

      await client.send(`${server.origin.replace('127.0.0.1', '127.1')}/orders`)

      expect(server.requests.map(request => request.token)).toEqual(['T0'])
    })

    it('refreshes for a 401 behind a redirect within the origin', async () => {
      const { server, client, revoke, refreshTo } = stage()
      revoke()
      server.on('/old', (_, response) => response.writeHead(307, { Location: '/new' }).end())

      const answer = client.send(`${server.origin}/old`)
      await refreshTo('T1')

      expect(await answer).toMatchObject({ status: 200 })
      expect(server.requests.map(({ url, token }) => `${url} ${token}`)).toEqual([
        '/old T0',
        '/new T0',
        '/old T1',
        '/new T1',
      ])
    })

    it('I05: tells an origin that it is redirected to nothing, and does not mind its 401', async () => {
      const { server, foreign, source, client, refreshTo } = stage()
      server.on('/away', (_, response) =>
        response.writeHead(307, { Location: `${foreign.origin}/orders` }).end(),
      )

      const answer = client.send(`${server.origin}/away`)
      if (!seesRedirects) {
        await refreshTo('T1')
      }

      expect((await answer).status).toBe(401)
      expect(new Set(foreign.requests.map(request => request.token))).toEqual(new Set([null]))
      expect(source.refreshes).toBe(seesRedirects ? 0 : 1)
    })
  })
}
