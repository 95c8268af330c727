import { describe, expect, it } from 'vitest'
import type { ContractRequest, ContractStage } from './auto-refresh-contract.ts'
import type { RecordedRequest } from './recording-server.ts'

const bytes = Uint8Array.from({ length: 300 }, (_, i) => i % 256)

function form(): FormData {
  const form = new FormData()
  form.append('name', 'Zoë & Søn')
  form.append('name', 'twice')
  form.append('file', new Blob([bytes], { type: 'image/png' }), 'tab.png')
  return form
}

/** Bodies of which a document has classes of its own. */
const forms: Record<string, () => ContractRequest> = {
  'a form': () => ({ method: 'POST', body: form() }),
  'a blob': () => ({ method: 'PUT', body: new Blob([bytes], { type: 'image/png' }) }),
}

const requests: Record<string, () => ContractRequest> = {
  'no body': () => ({ method: 'DELETE' }),
  'an empty string': () => ({ method: 'POST', body: '' }),
  'a string': () => ({ method: 'POST', body: 'žluťoučký 🍸' }),
  'a string of JSON': () => ({
    method: 'PATCH',
    body: '{"table":4}',
    headers: { 'Content-Type': 'application/json' },
  }),
  'URL parameters': () => ({
    method: 'POST',
    body: new URLSearchParams([
      ['item', 'gin & tonic'],
      ['item', 'olive'],
    ]),
  }),
  'a buffer': () => ({ method: 'PUT', body: bytes.slice().buffer }),
  'a view of a part of a buffer': () => ({ method: 'PUT', body: bytes.subarray(10, 42) }),
  'headers of its own': () => ({
    method: 'POST',
    body: 'x',
    headers: { 'X-Request': '1', accept: 'text/plain' },
  }),
}

/** What the caller gave is what goes over the wire, the first time and the second. */
export function itCarriesTheSameBytes(stage: () => ContractStage, takesForms: boolean): void {
  const sent = takesForms ? { ...requests, ...forms } : requests
  describe('the same bytes', () => {
    it.each(Object.keys(sent))(
      'H01, H02, H03, I01: sends and replays %s as the bare host would',
      async name => {
        const { server, client, createClient, revoke, refreshTo } = stage()
        const request = () => sent[name]?.() ?? {}
        const url = `${server.origin}/a%20b/ü?q=%2F&r=1+2&r=3`
        revoke()

        const bare = { ...request(), headers: { ...request().headers, Authorization: 'Bearer T' } }
        await createClient(null).send(url, bare)
        const answer = client.send(url, request())
        await refreshTo('T1')
        expect((await answer).status).toBe(200)

        const [expected, first, second] = server.requests.map(onTheWire)
        expect(first).toEqual(expected)
        expect(second).toEqual(expected)
        expect(server.requests.map(({ token }) => token)).toEqual(['T', 'T0', 'T1'])
      },
    )

    it('gives the caller the answer as it came', async () => {
      const { server, client } = stage()
      server.on('/menu', (_, response) => {
        response.writeHead(207, { 'X-Answer': 'yes', 'Content-Type': 'text/plain' }).end('žluť')
      })

      const answer = await client.send(`${server.origin}/menu`)

      expect(answer).toMatchObject({ status: 207, text: 'žluť' })
      expect(answer.headers).toMatchObject({ 'x-answer': 'yes', 'content-type': 'text/plain' })
    })

    it('H05: passes a network error on as the host gives it', async () => {
      const { server, source, client, createClient } = stage()
      server.on('/hang-up', (_, response) => response.destroy())
      const url = `${server.origin}/hang-up`

      const bare = await createClient(null)
        .send(url)
        .catch(error => error)
      const error = await client.send(url).catch(error => error)

      expect(error).toBeInstanceOf(bare.constructor)
      expect([error.name, error.code, error.message]).toEqual([bare.name, bare.code, bare.message])
      expect(source.refreshes).toBe(0)
    })
  })
}

/** Returns everything of a request but the token and the random boundary of a form, to be compared. */
export function onTheWire({ method, url, rawHeaders, body }: RecordedRequest): unknown {
  const headers: string[] = []
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const [name = '', value = ''] = rawHeaders.slice(i, i + 2)
    if (name.toLowerCase() !== 'authorization') headers.push(`${name}: ${value}`)
  }
  const boundary = /^--(\S+)\r\n/.exec(body.toString('latin1'))?.[1]
  const neutral = (text: string) => (boundary ? text.replaceAll(boundary, '<boundary>') : text)
  return {
    method,
    url,
    headers: headers.map(neutral).sort(),
    body: neutral(body.toString('latin1')),
  }
}
