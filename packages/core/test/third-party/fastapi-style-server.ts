import { randomUUID } from 'node:crypto'
import express from 'express'
import { jwtVerify, SignJWT } from 'jose'
import { passwordFormEndpoint } from './fastapi-style-endpoint.ts'
import { serve } from './serve.ts'
import { ADA, type Facts, type ThirdParty } from './third-party.ts'

export const facts: Facts = {
  name: 'A JWT API in the style of FastAPI',
  madeOf: '`express`, `jose`: form login, `{"detail": …}`, refresh tokens that are JWTs too',
  refreshesOfFourTabs: 1,
  accessEndsAtSignOut: false,
  refreshEndsAtSignOut: false,
}

/** Seconds. */
const LIFETIME = 600

export async function serveFastApiStyle(): Promise<ThirdParty> {
  let key = new TextEncoder().encode('a secret key of the tests, of 32 bytes')
  let refreshes = 0

  const write = (type: string, seconds: number) =>
    new SignJWT({ type, jti: randomUUID() })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(ADA.email)
      .setExpirationTime(`${seconds}s`)
      .sign(key)

  const isGood = (token: string, type: string) =>
    jwtVerify(token, key).then(
      ({ payload }) => payload.type === type,
      () => false,
    )

  const pair = async () => ({
    access_token: await write('access', LIFETIME),
    refresh_token: await write('refresh', 7 * 86_400),
    token_type: 'bearer',
    expires_in: LIFETIME,
  })

  const served = await serve(() => {
    const app = express()
    app.post('/token', express.urlencoded(), async ({ body }, response) => {
      if (body.username === ADA.email && body.password === ADA.password) {
        response.json(await pair())
      } else {
        response.status(401).json({ detail: 'Incorrect username or password' })
      }
    })
    app.post('/refresh', express.json(), async ({ body }, response) => {
      refreshes++
      if (await isGood(`${body.refresh_token}`, 'refresh')) response.json(await pair())
      else response.status(401).json({ detail: 'Could not validate credentials' })
    })
    return app
  })

  return {
    ...served,
    endpoint: fetch => passwordFormEndpoint(served.origin, fetch),
    refreshes: () => refreshes,
    accepts: token => isGood(token, 'access'),
    honours: token => isGood(token, 'refresh'),
    /** All that such a server can do: another key. */
    async endSessions() {
      key = new TextEncoder().encode('another key of the tests, of 32 bytes.')
    },
  }
}
