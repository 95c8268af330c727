import { createRemoteJWKSet, jwtVerify } from 'jose'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createAuthServer, generateKeyMaterial, loadKeys } from '../src/index.ts'
import { listen } from '../src/node/index.ts'
import { createSqlite } from './support/databases.ts'
import { minute, startServer } from './support/test-server.ts'

/** Another service, which knows the server's address and nothing else: as the README shows it. */
async function start() {
  const [old, next] = [await generateKeyMaterial(), await generateKeyMaterial()]
  const keysOf = (...materials: (typeof old)[]) =>
    loadKeys({
      env: {
        // Their ids are random, and there is one chance in 256 that they are the same.
        REFRESH_TOKEN_KEYS: materials
          .map(one => one.refreshTokenKeys.replace(/^\d+/, one === old ? '1' : '2'))
          .join(','),
        ACCESS_TOKEN_KEYS: JSON.stringify({
          keys: materials.flatMap(one => JSON.parse(one.accessTokenKeys).keys),
        }),
      },
    })
  const world = await startServer(await createSqlite(), { keys: await keysOf(old) })
  const rolled = await createAuthServer({
    database: world.database,
    clock: world.clock,
    keys: await keysOf(next, old),
    rateLimits: false,
  })
  let active = world.server
  const host = await listen({
    port: 0,
    hostname: '127.0.0.1',
    fetch: request => active.fetch(request),
  })
  onTestFinished(() => host.close())
  const url = new URL(`http://127.0.0.1:${host.port}/api/auth/.well-known/jwks.json`)
  const keys = createRemoteJWKSet(url, { cooldownDuration: 0 })
  const verify = async (token: string) => {
    const { payload } = await jwtVerify(token, keys, {
      issuer: 'tabkeeper',
      audience: 'tabkeeper',
      typ: 'at+jwt',
      algorithms: ['ES256'],
      currentDate: new Date(world.clock.now()),
    })
    return payload
  }
  function rollOver(): void {
    active = rolled
  }
  return { ...world, verify, rolled, rollOver }
}

describe('another service, by the public keys alone', () => {
  it('knows an access token, who it is for, and takes nothing else for one', async () => {
    const { signUp, verify, clock } = await start()
    const { user, session, access_token, refresh_token } = await signUp()
    expect(await verify(access_token)).toMatchObject({
      sub: user.id,
      sid: session.id,
      tid: user.tenant_id,
      client_id: 'default',
    })
    await expect(verify(refresh_token)).rejects.toThrow()
    const [head, , signature] = access_token.split('.')
    const forged = Buffer.from(JSON.stringify({ sub: 'admin' })).toString('base64url')
    await expect(verify(`${head}.${forged}.${signature}`)).rejects.toThrow()
    clock.advance(31 * minute)
    await expect(verify(access_token)).rejects.toThrow('"exp"')
  })

  it('row 51: follows a roll-over of the keys by itself, and loses no token of before', async () => {
    const { signUp, verify, rollOver, rolled, refresh } = await start()
    const { access_token, refresh_token } = await signUp()
    await verify(access_token)
    rollOver()
    const { body } = await refresh(refresh_token, rolled)
    expect(await verify(body.access_token)).toMatchObject({ gen: 1 })
    expect(await verify(access_token)).toMatchObject({ gen: 0 })
  })

  it('hears of the end of a session only when the token is over: its limit', async () => {
    const { signUp, verify, call, me, clock } = await start()
    const { access_token } = await signUp()
    await call('POST', '/logout', { token: access_token })
    expect(await me(access_token)).toMatchObject({ status: 401, body: { code: 'session_revoked' } })
    expect(await verify(access_token)).toMatchObject({ gen: 0 })
    clock.advance(30 * minute)
    await expect(verify(access_token)).rejects.toThrow('"exp"')
  })

  it('proves nothing to the server, so that a copy is seen one refresh later: its other limit', async () => {
    const { signUp, verify, refresh, clock } = await start()
    const { refresh_token } = await signUp()
    const { body: owner } = await refresh(refresh_token)
    await verify(owner.access_token)
    clock.advance(minute)
    const thief = await refresh(refresh_token) // could be the owner, whose answer was lost
    expect(thief).toMatchObject({ status: 200, body: { rotation: 'recovered' } })
    expect(await refresh(owner.refresh_token)).toMatchObject({
      status: 401,
      body: { code: 'refresh_token_reused' },
    })
    expect(await refresh(thief.body.refresh_token)).toMatchObject({ status: 401 })
  })
})
