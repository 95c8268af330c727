import { expect, it } from 'vitest'
import { type ChildServer, startChildServer, temporaryFolder } from './support/child-server.ts'
import { password } from './support/test-server.ts'

const kills = 5
const tabs = 12

it('loses no acknowledged session when the server is killed in the middle of its work', async () => {
  const env = { DATA_DIR: temporaryFolder() }
  let server = await startChildServer(env)
  const email = 'kim@bar.example'
  const first = await post(server, '/register', { email, password })
  const held = [first.body.refresh_token]
  while (held.length < tabs) {
    const { body } = await post(server, '/login', { email, password })
    held.push(body.refresh_token)
  }

  let acknowledged = 0
  for (let kill = 0; kill < kills; kill++) {
    let running = true
    const clients = held.map(async (_, client) => {
      while (running) {
        const token = held[client]
        const answer = await post(server, '/refresh', { refresh_token: token }).catch(() => null)
        if (!answer) return // the server went away before it answered
        expect(answer.status).toBe(200)
        held[client] = answer.body.refresh_token
        acknowledged++
      }
    })
    const enough = acknowledged + 200
    while (acknowledged < enough) await new Promise(setImmediate)
    const { signal } = await server.kill('SIGKILL')
    expect(signal).toBe('SIGKILL')
    running = false
    await Promise.all(clients)

    server = await startChildServer(env)
    for (const [client, token] of held.entries()) {
      const { status, body } = await post(server, '/refresh', { refresh_token: token })
      expect({ client, status, code: body.code }).toEqual({ client, status: 200, code: undefined })
      held[client] = body.refresh_token
      const me = await fetch(`${server.url}/me`, {
        headers: { Authorization: `Bearer ${body.access_token}` },
      })
      expect(me.status).toBe(200)
    }
  }
  expect(acknowledged).toBeGreaterThan(kills * 200)
  expect(await server.kill('SIGTERM')).toMatchObject({ code: 0 })
}, 60_000)

async function post(server: ChildServer, path: string, body: unknown) {
  const response = await fetch(server.url + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status: response.status, body: await response.json() }
}
