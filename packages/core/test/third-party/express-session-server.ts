import { createHash } from 'node:crypto'
import express from 'express'
import expressSession from 'express-session'
import { sessionCookieEndpoint } from './express-session-endpoint.ts'
import { serve } from './serve.ts'
import { ADA, type Facts, type ThirdParty } from './third-party.ts'

declare module 'express-session' {
  interface SessionData {
    user: { email: string }
  }
}

export const facts: Facts = {
  name: 'Express with a session cookie',
  madeOf: '`express`, `express-session`',
  refreshesOfFourTabs: 4,
  accessEndsAtSignOut: true,
  refreshEndsAtSignOut: true,
}

export async function serveExpressSession(): Promise<ThirdParty> {
  const store = new expressSession.MemoryStore()
  let refreshes = 0
  const served = await serve(() => {
    const app = express()
    app.use(express.json())
    app.use(
      expressSession({ secret: 'of the tests', resave: false, saveUninitialized: false, store }),
    )
    // The id itself opens the door, so what a page is told of it is a hash.
    const nameOf = (id: string) => createHash('sha256').update(id).digest('base64url')

    app.post('/login', (request, response, next) => {
      const { email, password } = request.body
      if (email !== ADA.email || password !== ADA.password) {
        response.status(401).json({ message: 'Wrong' })
        return
      }
      request.session.regenerate(failure => {
        if (failure) return next(failure)
        request.session.user = { email }
        response.json({ user: { email }, session: { id: nameOf(request.sessionID) } })
      })
    })
    app.get('/me', (request, response) => {
      refreshes++
      const { user } = request.session
      if (user) response.json({ user, session: { id: nameOf(request.sessionID) } })
      else response.status(401).json({ message: 'Please log in' })
    })
    app.get('/orders', (request, response) => {
      response.status(request.session.user ? 200 : 401).json([])
    })
    app.post('/logout', (request, response) => {
      request.session.destroy(() => response.clearCookie('connect.sid').json({}))
    })
    return app
  })

  const isWelcome = async (fetch: typeof globalThis.fetch, cookie?: string) => {
    const headers = cookie === undefined ? {} : { cookie: `connect.sid=${cookie}` }
    return (await fetch(`${served.origin}/orders`, { credentials: 'include', headers })).ok
  }
  return {
    ...served,
    endpoint: fetch => sessionCookieEndpoint(served.origin, fetch),
    refreshes: () => refreshes,
    accepts: (_, fetch) => isWelcome(fetch),
    honours: cookie => isWelcome(globalThis.fetch, cookie),
    endSessions: () => new Promise(done => store.clear(() => done())),
  }
}
