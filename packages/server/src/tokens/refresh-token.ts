import { createHmac, hash, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto'
import type { ServerKeys } from '../keys/server-keys.ts'

/** What a refresh token says, once its MAC has been checked. */
export interface RefreshToken {
  readonly sessionId: string
  readonly generation: number
  /** The family secret: 18 random bytes that only the client keeps. */
  readonly secret: Buffer
}

// version(1) | key id(1) | session id(16) | generation(4) | family secret(18) | HMAC-SHA-256(32):
// 72 bytes are exactly 96 characters of base64url, so no character has unused bits and every
// one-character change is a different token.
const prefix = 'srt1_'
const pattern = /^srt1_[A-Za-z0-9_-]{96}$/
const version = 1
const bodyLength = 40

/** Length of the family secret in bytes. */
export const secretLength = 18

/** Returns a family secret for a session that begins, or begins anew. */
export const newSecret = (): Buffer => randomBytes(secretLength)

/** Returns the token of a session's generation; the same input gives the same token. */
export function mintRefreshToken(keys: ServerKeys['refresh'], token: RefreshToken): string {
  const key = keys.byId.get(keys.current)
  if (!key) throw new RangeError(`There is no refresh token key ${keys.current}`)
  const body = Buffer.alloc(bodyLength)
  body.writeUInt8(version, 0)
  body.writeUInt8(keys.current, 1)
  body.write(token.sessionId.replaceAll('-', ''), 2, 'hex')
  body.writeUInt32BE(token.generation, 18)
  token.secret.copy(body, 22)
  return prefix + Buffer.concat([body, mac(key, body)]).toString('base64url')
}

/**
 * Returns what an authentic token says, or null. It needs no database, so that forged tokens can
 * neither end a session nor cause load.
 */
export function readRefreshToken(keys: ServerKeys['refresh'], text: string): RefreshToken | null {
  if (!pattern.test(text)) return null
  const bytes = Buffer.from(text.slice(prefix.length), 'base64url')
  const body = bytes.subarray(0, bodyLength)
  const key = keys.byId.get(body.readUInt8(1))
  if (body.readUInt8(0) !== version || !key) return null
  if (!timingSafeEqual(mac(key, body), bytes.subarray(bodyLength))) return null
  return {
    sessionId: toUuid(body.toString('hex', 2, 18)),
    generation: body.readUInt32BE(18),
    secret: body.subarray(22),
  }
}

/** Returns what the session row keeps of the family secret. */
export const hashSecret = (secret: Buffer): Buffer => hash('sha256', secret, 'buffer')

const mac = (key: KeyObject, body: Buffer): Buffer =>
  createHmac('sha256', key).update('rt\0').update(body).digest()

const toUuid = (hex: string): string =>
  hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
