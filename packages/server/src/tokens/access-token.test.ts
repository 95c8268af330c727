import { createHmac, randomUUID } from 'node:crypto'
import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { generateKeys } from '../keys/server-keys.ts'
import { type AccessClaims, createAccessReader, mintAccessToken } from './access-token.ts'

const { access: keys } = await generateKeys()
const names = { issuer: 'https://bar.example', audience: 'bar' }
const now = Date.parse('2026-03-01T12:00:00.700Z')
const claims: AccessClaims = {
  sessionId: randomUUID(),
  generation: 4,
  userId: randomUUID(),
  tenantId: randomUUID(),
  clientId: 'customer',
  authTime: Date.parse('2026-03-01T09:00:00Z'),
}
const mint = (seconds = 60) => mintAccessToken(keys, names, claims, { from: now, seconds })
const reader = createAccessReader(keys, names)
const read = (text: string, at = now) => reader(text, at)
const decode = (part: string | undefined) =>
  JSON.parse(Buffer.from(part ?? '', 'base64url').toString('utf8'))
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A token that is right in everything but what `change` does to it. */
async function forge(change: (token: SignJWT) => SignJWT, header = {}, payload = {}) {
  const [, body] = (await mint()).split('.')
  const token = new SignJWT({ ...decode(body), ...payload }).setProtectedHeader({
    alg: 'ES256',
    typ: 'at+jwt',
    kid: keys.current.kid,
    ...header,
  })
  return change(token).sign(keys.current.privateKey)
}

describe('an access token', () => {
  it('has the header and the claims of RFC 9068, and the session’s own', async () => {
    const [header, body] = (await mint()).split('.')
    expect(decode(header)).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: keys.current.kid })
    expect(decode(body)).toEqual({
      iss: 'https://bar.example',
      aud: 'bar',
      sub: claims.userId,
      client_id: 'customer',
      iat: Math.floor(now / 1000),
      exp: Math.ceil(now / 1000) + 60,
      jti: expect.any(String),
      sid: claims.sessionId,
      gen: 4,
      tid: claims.tenantId,
      auth_time: claims.authTime / 1000,
      amr: ['pwd'],
    })
  })

  it('is read back', async () => {
    expect(await read(await mint())).toMatchObject(claims)
  })

  it('lives as long as was told, and not much longer', async () => {
    const token = await mint(60)
    expect(await read(token, now + 59_999)).toEqual({
      ...claims,
      issuedAt: Math.floor(now / 1000) * 1000,
      expiresAt: Math.ceil(now / 1000 + 60) * 1000,
    })
    expect(await read(token, now + 61_000)).toBeNull()
  })

  it('has its signature checked once, and its dates each time', async () => {
    const publicKeys = new Map(keys.publicKeys)
    const readOnce = createAccessReader({ ...keys, publicKeys }, names)
    const token = await mint(60)
    expect(await readOnce(token, now)).toMatchObject(claims)
    publicKeys.clear()
    expect(await readOnce(token, now + 59_999)).toMatchObject(claims)
    expect(await readOnce(token, now + 61_000)).toBeNull()
    expect(await readOnce(token, now - 31_000)).toBeNull()
    expect(await readOnce(await mint(), now)).toBeNull()
  })

  it('row 26: is refused when one bit is flipped or the signature is gone', async () => {
    const token = await mint()
    const [header, body, signature] = token.split('.')
    const other = { ...decode(body), sub: randomUUID() }
    expect(await read(`${header}.${encode(other)}.${signature}`)).toBeNull()
    expect(await read(`${header}.${body}.`)).toBeNull()
    expect(await read(`${header}.${body}`)).toBeNull()
    const bytes = Buffer.from(signature ?? '', 'base64url')
    bytes[0] = (bytes[0] ?? 0) ^ 1
    expect(await read(`${header}.${body}.${bytes.toString('base64url')}`)).toBeNull()
  })

  it('row 27: is refused without an algorithm', async () => {
    const [, body] = (await mint()).split('.')
    expect(await read(`${encode({ alg: 'none', typ: 'at+jwt' })}.${body}.`)).toBeNull()
  })

  it('row 27: is refused when it is signed with the public key as a shared secret', async () => {
    const [, body] = (await mint()).split('.')
    const publicKey = keys.publicKeys.get(keys.current.kid)
    if (!publicKey) throw new Error('There is no public key')
    const input = `${encode({ alg: 'HS256', typ: 'at+jwt', kid: keys.current.kid })}.${body}`
    for (const secret of [
      await exportSPKI(publicKey),
      JSON.stringify(await exportJWK(publicKey)),
    ]) {
      const signature = createHmac('sha256', secret).update(input).digest('base64url')
      expect(await read(`${input}.${signature}`)).toBeNull()
    }
  })

  it('row 28: is refused when it brings its own key', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256')
    const jwk = await exportJWK(publicKey)
    const [, body] = (await mint()).split('.')
    for (const header of [
      { jwk },
      { jwk, kid: keys.current.kid },
      { jku: 'https://evil.example' },
    ]) {
      const token = await new SignJWT(decode(body))
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', ...header })
        .sign(privateKey)
      expect(await read(token)).toBeNull()
    }
  })

  it.each([
    ['another type', { typ: 'JWT' }, {}],
    ['no type', { typ: undefined }, {}],
    ['an unknown key id', { kid: 'other' }, {}],
    ['another issuer', {}, { iss: 'https://bar.example/' }],
    ['another audience', {}, { aud: 'kitchen' }],
    ['no session', {}, { sid: undefined }],
    ['a session id that is none', {}, { sid: '1 or 1=1' }],
    ['a negative generation', {}, { gen: -1 }],
    ['no end', {}, { exp: undefined }],
    ['a beginning in the future', {}, { nbf: now / 1000 + 120 }],
    ['an issue date in the future', {}, { iat: Math.floor(now / 1000) + 31 }],
  ])('rows 29, 30, 31: is refused with %s', async (_, header, payload) => {
    expect(await read(await forge(token => token, header, payload))).toBeNull()
  })

  it('row 29: allows for another instance’s clock that is a little ahead', async () => {
    const iat = Math.floor(now / 1000) + 30
    expect(await read(await forge(token => token.setIssuedAt(iat)))).toMatchObject(claims)
  })
})
