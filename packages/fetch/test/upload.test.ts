import { startRecordingServer } from '@tabkeeper/testing'
import { expect, it, onTestFinished } from 'vitest'
import { openRotating, pass } from './long-lived.ts'
import { uploadInOneGo, uploadInPieces } from './patterns/upload.ts'

const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i % 256)

async function openServer() {
  const server = await startRecordingServer()
  onTestFinished(() => server.close())
  server.accepted.add('T0')
  return server
}

it('H12: refreshes before the first byte of an upload that may outlive its token', async () => {
  const server = await openServer()
  server.accepted.add('T1')
  const rotating = openRotating(server.origin)
  pass(52 * 60_000)

  const answer = await uploadInOneGo(
    rotating.session,
    `${server.origin}/film`,
    new Blob([bytes]).stream(),
  )

  expect(answer.status).toBe(200)
  expect(server.requests.map(({ token, body }) => [token, body])).toEqual([
    ['T1', Buffer.from(bytes)],
  ])
  expect(rotating.refreshes).toBe(1)
})

it('H12: goes on from where the server is, and repeats the piece that was refused and no other', async () => {
  const server = await openServer()
  const { session } = openRotating(server.origin)
  const stored: Buffer[] = []
  server.on('/film', ({ method, token, body }, response) => {
    const isGood = token === (stored.length < 2 ? 'T0' : 'T1')
    if (method === 'PATCH' && isGood) stored.push(body)
    response.writeHead(isGood ? 204 : 401, { 'Upload-Offset': 100 }).end()
  })

  await uploadInPieces(session, `${server.origin}/film`, new Blob([bytes]), 300)

  expect(Buffer.concat(stored)).toEqual(Buffer.from(bytes.subarray(100)))
  expect(server.requests.map(({ method, token }) => `${method} ${token}`)).toEqual([
    'HEAD T0',
    'PATCH T0',
    'PATCH T0',
    'PATCH T0',
    'PATCH T1',
  ])
})
