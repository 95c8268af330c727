import { randomBytes, randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { generateKeyMaterial, generateKeys, readKeys } from '../keys/server-keys.ts'
import { mintRefreshToken, readRefreshToken } from './refresh-token.ts'

const { refresh: keys } = await generateKeys()
const token = { sessionId: randomUUID(), generation: 3_000_000_000, secret: randomBytes(18) }
const text = mintRefreshToken(keys, token)

describe('a refresh token', () => {
  it('is a prefix that scanners find and 96 characters without padding', () => {
    expect(text).toMatch(/^srt1_[A-Za-z0-9_-]{96}$/)
  })

  it('says what it was made from, and is the same every time', () => {
    expect(readRefreshToken(keys, text)).toEqual(token)
    expect(mintRefreshToken(keys, token)).toBe(text)
  })

  it('row 34: is refused in each of its 6,363 one-character variants', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    let variants = 0
    for (let position = 0; position < text.length; position++) {
      for (const character of alphabet) {
        if (character === text[position]) continue
        const variant = text.slice(0, position) + character + text.slice(position + 1)
        expect(readRefreshToken(keys, variant)).toBeNull()
        variants++
      }
    }
    expect(variants).toBe(101 * 63)
  })

  it.each([
    ['nothing', ''],
    ['the prefix', 'srt1_'],
    ['a character less', text.slice(0, -1)],
    ['a character more', `${text}A`],
    ['padding', `${text}=`],
    ['white space', `${text}\n`],
    ['the standard alphabet', text.replaceAll('-', '+').replaceAll('_', '/')],
  ])('is refused as %s', (_, variant) => {
    expect(readRefreshToken(keys, variant)).toBeNull()
  })

  it('is refused under another deployment’s key', async () => {
    const { refresh: others } = await generateKeys()
    expect(readRefreshToken(others, text)).toBeNull()
  })

  it('survives a roll-over of keys until its own is withdrawn', async () => {
    const oldKey = `1:${randomBytes(32).toString('base64url')}`
    const newKey = `2:${randomBytes(32).toString('base64url')}`
    const { accessTokenKeys } = await generateKeyMaterial()
    const read = async (refreshTokenKeys: string) =>
      (await readKeys({ refreshTokenKeys, accessTokenKeys })).refresh
    const before = mintRefreshToken(await read(oldKey), token)
    const both = await read(`${newKey},${oldKey}`)
    expect(readRefreshToken(both, before)).toEqual(token)
    expect(readRefreshToken(await read(newKey), before)).toBeNull()
    expect(readRefreshToken(await read(newKey), mintRefreshToken(both, token))).toEqual(token)
  })
})
