import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { loadKeys } from './load-keys.ts'
import { generateKeyMaterial } from './server-keys.ts'

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'tabkeeper-keys-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

const material = await generateKeyMaterial()
const env = {
  REFRESH_TOKEN_KEYS: material.refreshTokenKeys,
  ACCESS_TOKEN_KEYS: material.accessTokenKeys,
}
/** Two keys of one name. */
const namesakes = [material, await generateKeyMaterial()]
  .flatMap(({ accessTokenKeys }) => JSON.parse(accessTokenKeys).keys)
  .map(jwk => ({ ...jwk, kid: 'one' }))
const key = (bytes: Buffer) => `1:${bytes.toString('base64url')}`

describe('keys', () => {
  it('are made once in development and kept for this user alone', async () => {
    const dataDir = folder()
    const first = await loadKeys({ dataDir, env: {} })
    const again = await loadKeys({ dataDir, env: {} })
    expect(again.access.jwks).toEqual(first.access.jwks)
    expect(readdirSync(dataDir)).toEqual(['keys.json'])
    expect(statSync(join(dataDir, 'keys.json')).mode & 0o777).toBe(0o600)
  })

  it('are the same for all who start at once', async () => {
    const dataDir = folder()
    const all = await Promise.all(Array.from({ length: 8 }, () => loadKeys({ dataDir, env: {} })))
    expect(new Set(all.map(({ access }) => access.current.kid)).size).toBe(1)
    expect(readdirSync(dataDir)).toEqual(['keys.json'])
  })

  it('come from the environment before the folder', async () => {
    const dataDir = folder()
    const keys = await loadKeys({ dataDir, env: { ...env, NODE_ENV: 'production' } })
    expect(keys.access.current.kid).toBe(JSON.parse(material.accessTokenKeys).keys[0].kid)
    expect(readdirSync(dataDir)).toEqual([])
  })

  it('are never replaced when the file is damaged: that would sign everybody out', async () => {
    const dataDir = folder()
    const file = join(dataDir, 'keys.json')
    writeFileSync(file, '{"refreshTokenKeys"')
    await expect(loadKeys({ dataDir, env: {} })).rejects.toMatchObject({ code: 'keys-unusable' })
    expect(readFileSync(file, 'utf8')).toBe('{"refreshTokenKeys"')
  })

  it.each([
    ['both', {}, 'REFRESH_TOKEN_KEYS and ACCESS_TOKEN_KEYS must be set'],
    ['one', { REFRESH_TOKEN_KEYS: env.REFRESH_TOKEN_KEYS }, 'ACCESS_TOKEN_KEYS must be set'],
    ['the other', { ACCESS_TOKEN_KEYS: env.ACCESS_TOKEN_KEYS }, 'REFRESH_TOKEN_KEYS must be set'],
  ])('are demanded in production when %s is missing', async (_, present, message) => {
    await expect(
      loadKeys({ dataDir: folder(), env: { ...present, NODE_ENV: 'production' } }),
    ).rejects.toMatchObject({ code: 'keys-missing', message: expect.stringContaining(message) })
  })

  it.each([
    ['31 bytes', key(Buffer.from(Array.from({ length: 31 }, (_, at) => at))), 'has 31 bytes'],
    ['zeros', key(Buffer.alloc(32)), 'is not random'],
    ['a word', key(Buffer.from('changeme'.repeat(8))), 'is not random'],
    ['no id', Buffer.alloc(32, 'x').toString('base64url'), 'must be a list'],
    [
      'an id that does not fit',
      env.REFRESH_TOKEN_KEYS.replace(/^\d+:/, '256:'),
      'ids from 0 to 255',
    ],
    ['one id twice', `${env.REFRESH_TOKEN_KEYS},${env.REFRESH_TOKEN_KEYS}`, 'one key for each id'],
    ['nothing', ' ', 'must be a list'],
  ])('for refresh tokens are refused as %s', async (_, REFRESH_TOKEN_KEYS, message) => {
    const error = await loadKeys({ env: { ...env, REFRESH_TOKEN_KEYS } }).catch(reason => reason)
    expect(error).toMatchObject({
      code: 'keys-unusable',
      message: expect.stringContaining(message),
    })
    expect(error.message).toContain('generate-keys')
  })

  it.each([
    ['text', 'changeme'],
    ['an empty set', '{"keys":[]}'],
    [
      'a public key',
      JSON.stringify({ keys: [{ ...JSON.parse(material.accessTokenKeys).keys[0], d: undefined }] }),
    ],
    ['one "kid" twice', JSON.stringify({ keys: namesakes })],
    ['a shared secret', '{"keys":[{"kty":"oct","k":"c2VjcmV0","kid":"1"}]}'],
  ])('for access tokens are refused as %s', async (_, ACCESS_TOKEN_KEYS) => {
    await expect(loadKeys({ env: { ...env, ACCESS_TOKEN_KEYS } })).rejects.toMatchObject({
      code: 'keys-unusable',
      message: expect.stringContaining('ACCESS_TOKEN_KEYS'),
    })
  })
})
