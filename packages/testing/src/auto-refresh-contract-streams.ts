import { describe, expect, it } from 'vitest'
import type { ContractStage } from './auto-refresh-contract.ts'
import { challenge } from './auto-refresh-contract-step-up.ts'
import { untilWaiting } from './until.ts'

const bytes = Uint8Array.from({ length: 300 }, (_, i) => i % 256)

/** A stream can be sent once: better late than refused, and never twice. */
export function itNeverReplaysAStream(stage: () => ContractStage): void {
  describe('a stream', () => {
    it('I02: is not replayed, but has the next request refreshed', async () => {
      const { server, source, client, revoke } = stage()
      revoke()

      const refused = await client.send(`${server.origin}/upload`, {
        method: 'POST',
        body: client.streamOf(bytes),
      })
      expect(refused.status).toBe(401)
      expect(server.requests.map(({ body }) => body)).toEqual([Buffer.from(bytes)])
      expect(source.refreshes).toBe(1)

      server.accepted.add('T1')
      source.grant('T1')
      const next = await client.send(`${server.origin}/upload`, {
        method: 'POST',
        body: client.streamOf(bytes),
      })
      expect(next.status).toBe(200)
      expect(server.requests.map(({ token }) => token)).toEqual(['T0', 'T1'])
    })

    it('H12, I02: is refreshed for before its first byte when the token is known to be over', async () => {
      const { server, source, client } = stage()
      source.expire()

      const answer = client.send(`${server.origin}/upload`, {
        method: 'POST',
        body: client.streamOf(bytes),
      })
      await untilWaiting(source, 1)
      expect(server.requests).toEqual([])
      source.grant('T0')

      expect((await answer).status).toBe(200)
      expect(server.requests.map(({ body }) => body)).toEqual([Buffer.from(bytes)])
    })

    it('asks nobody for a step-up that would come too late for it', async () => {
      const { server, source, client } = stage()
      source.seatUser()
      server.on('/upload', (_, response) => challenge(response))

      const answer = await client.send(`${server.origin}/upload`, {
        method: 'POST',
        body: client.streamOf(bytes),
      })

      expect(answer).toMatchObject({ status: 401, text: 'again, please' })
      expect(source.questions).toEqual([])
      expect(server.requests).toHaveLength(1)
    })
  })
}
