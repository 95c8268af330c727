import { expect, it } from 'vitest'
import { readBytes } from './read-body.ts'

const refused = { name: 'Problem', code: 'request_too_large' }

/** A request with a body of so many bytes, and how much of it has been asked for. */
function upload(size: number, declared?: string) {
  let sent = 0
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (sent >= size) return controller.close()
        const chunk = Math.min(1_000, size - sent)
        sent += chunk
        controller.enqueue(new Uint8Array(chunk))
      },
    },
    { highWaterMark: 0 },
  )
  const headers = declared === undefined ? {} : { 'Content-Length': declared }
  const init = { method: 'POST', headers, body, duplex: 'half' }
  return { request: new Request('https://bar.example/', init), sent: () => sent }
}

it.each([undefined, '5000'])(
  'reads a body of the size that is allowed, declared as %s',
  async declared => {
    expect((await readBytes(upload(5_000, declared).request, 5_000)).byteLength).toBe(5_000)
  },
)

it('row 52: reads nothing of a body that says it is too large', async () => {
  const { request, sent } = upload(100_000, '100000')
  await expect(readBytes(request, 5_000)).rejects.toMatchObject(refused)
  expect(sent()).toBe(0)
})

it('row 52: stops reading where a body that says nothing turns out to be too large', async () => {
  const { request, sent } = upload(100_000)
  await expect(readBytes(request, 5_000)).rejects.toMatchObject(refused)
  expect(sent()).toBeLessThanOrEqual(7_000)
})

it('row 52: refuses a body that is larger than it says, which a host other than HTTP may bring', async () => {
  await expect(readBytes(upload(6_000, '10').request, 5_000)).rejects.toMatchObject(refused)
})
