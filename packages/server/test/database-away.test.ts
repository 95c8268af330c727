import { connect, createServer, type Server, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { adminUrl, createPostgres, hasPostgres } from './support/databases.ts'
import { startServer } from './support/test-server.ts'

describe.skipIf(!hasPostgres)('while PostgreSQL is away', () => {
  it('every answer is 503 with a time to come back, and afterwards everybody is still signed in', async () => {
    const source = await createPostgres()
    onTestFinished(() => source.drop())
    const wire = await createWire()
    const { call, refresh, me, signUp, server } = await startServer({
      ...source,
      open: options => source.open({ ...options, through: wire.port, connectTimeout: 300 }),
    })
    const { access_token, refresh_token } = await signUp()

    for (const goAway of [wire.cut, wire.freeze]) {
      await goAway()
      for (const answer of [
        await me(access_token),
        await refresh(refresh_token),
        await call('POST', '/logout', { token: access_token }),
      ]) {
        expect(answer).toMatchObject({ status: 503, body: { code: 'temporarily_unavailable' } })
        expect(answer.headers.get('Retry-After')).toBe('1')
      }
      const refusal = await server.verify(
        new Request('http://bar.example', { headers: { Authorization: `Bearer ${access_token}` } }),
      )
      expect(refusal).toMatchObject({ status: 503 })

      await wire.mend()
      expect(await me(access_token)).toMatchObject({ status: 200 })
      expect(await refresh(refresh_token)).toMatchObject({ status: 200 })
    }
  }, 20_000)
})

/** A wire to PostgreSQL that can be cut (connections break) or frozen (nothing arrives any more). */
async function createWire() {
  const target = new URL(adminUrl)
  const sockets = new Set<Socket>()
  let isFrozen = false
  const server: Server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    if (isFrozen) return
    const upstream = connect(Number(target.port || 5432), target.hostname)
    sockets.add(upstream)
    upstream.on('error', () => {})
    socket.pipe(upstream).pipe(socket)
  })
  const listen = (port: number) => new Promise<void>(resolve => server.listen(port, resolve))
  const drop = () => {
    for (const socket of sockets) socket.destroy()
    sockets.clear()
  }
  const stop = () =>
    new Promise<void>(resolve => {
      server.close(() => resolve())
      drop()
    })
  await listen(0)
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('No port')
  onTestFinished(async () => void (server.listening && (await stop())))
  return {
    port: address.port,
    cut: stop,
    async freeze() {
      isFrozen = true
      drop()
    },
    async mend() {
      drop()
      isFrozen = false
      if (!server.listening) await listen(address.port)
    },
  }
}
