// Uses a session with all that it can leave behind (a timer, a channel, a lock, a refresh under way), and
// disposes of it. The process has to end by itself after this (L05).
import { createSession, memoryArea, restEndpoint } from '@tabkeeper/core'

const traces = []
const area = memoryArea()
let isOver = false
const storage = {
  ...area,
  write(key, value) {
    if (isOver) traces.push(`${key} was written`)
    area.write(key, value)
  },
}
const nobodyAnswers = () => new Promise(() => {})
const endpoint = restEndpoint('https://bar.test/auth', { fetch: nobodyAnswers })

createSession({ app: 'customer', endpoint, storage: memoryArea() }) // never used, never disposed of
const session = createSession({ app: 'admin', endpoint, storage, keepAlive: true })
session.subscribe(() => {})
session.adopt({ access_token: 'a', refresh_token: 'r', expires_in: 900 })
const refreshing = session.refresh().catch(({ code }) => code)
await new Promise(done => setTimeout(done))
isOver = true
session.dispose()
const outcome = await refreshing
if (outcome !== 'disposed') traces.push(`a refresh under way ended with ${outcome}`)

process.stdout.write(`${JSON.stringify({ exported: {}, traces })}\n`)
