import { createHash, createSecretKey, type KeyObject, randomBytes, randomInt } from 'node:crypto'
import { exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'
import { z } from 'zod'

/**
 * The secrets of a deployment. The first key of each kind makes new tokens; the others go on
 * proving older ones, so that keys can be rolled over without signing anybody out.
 */
export interface ServerKeys {
  /** HMAC-SHA-256 keys of refresh tokens, by the key id (0–255) inside the token. */
  readonly refresh: { readonly current: number; readonly byId: ReadonlyMap<number, KeyObject> }
  /** ES256 keys of access tokens, by `kid`. */
  readonly access: {
    readonly current: { readonly kid: string; readonly privateKey: CryptoKey }
    readonly publicKeys: ReadonlyMap<string, CryptoKey>
    /** The public halves, as `/.well-known/jwks.json` shows them (RFC 7517). */
    readonly jwks: { readonly keys: readonly JWK[] }
  }
}

/** Keys as the environment and the data folder hold them. */
export interface KeyMaterial {
  /** `id:base64url`, comma-separated, current first; at least 32 random bytes each. */
  readonly refreshTokenKeys: string
  /** A JSON Web Key Set of private P-256 keys, each with a `kid`; current first. */
  readonly accessTokenKeys: string
}

/** Makes new random keys. */
export async function generateKeyMaterial(): Promise<KeyMaterial> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = await exportJWK(privateKey)
  const kid = createHash('sha256').update(`${jwk.x}.${jwk.y}`).digest('base64url').slice(0, 12)
  return {
    // Another id each time, so that two can stand side by side.
    refreshTokenKeys: `${randomInt(256)}:${randomBytes(32).toString('base64url')}`,
    accessTokenKeys: JSON.stringify({ keys: [{ ...jwk, kid, alg: 'ES256', use: 'sig' }] }),
  }
}

/** Makes new random keys that live as long as the process: for tests and trials. */
export const generateKeys = async (): Promise<ServerKeys> => readKeys(await generateKeyMaterial())

/**
 * Reads and checks keys.
 * @throws {Error} with a message that says which value is wrong and what it must look like.
 */
export async function readKeys(material: KeyMaterial): Promise<ServerKeys> {
  return {
    refresh: readRefreshKeys(material.refreshTokenKeys),
    access: await readAccessKeys(material.accessTokenKeys),
  }
}

function readRefreshKeys(text: string): ServerKeys['refresh'] {
  const entries = text.split(',').map((entry): [number, KeyObject] => {
    const match = /^\s*(\d{1,3}):([A-Za-z0-9_-]+)\s*$/.exec(entry)
    const id = Number(match?.[1] ?? NaN)
    const bytes = Buffer.from(match?.[2] ?? '', 'base64url')
    if (!(id >= 0 && id <= 255)) {
      throw new Error('REFRESH_TOKEN_KEYS must be a list of "id:base64url" with ids from 0 to 255')
    }
    if (bytes.length < 32) {
      throw new Error(
        `REFRESH_TOKEN_KEYS: key ${id} has ${bytes.length} bytes and needs 32 or more`,
      )
    }
    // 32 random bytes hold about 30 different values; a word, a pattern or zeros hold few.
    if (new Set(bytes).size < 16) {
      throw new Error(`REFRESH_TOKEN_KEYS: key ${id} is not random`)
    }
    return [id, createSecretKey(bytes)]
  })
  const byId = new Map(entries)
  const current = entries[0]?.[0]
  if (current === undefined || byId.size < entries.length) {
    throw new Error('REFRESH_TOKEN_KEYS must have one key for each id')
  }
  return { current, byId }
}

const privateJwks = z.object({
  keys: z
    .array(
      z.object({
        kty: z.literal('EC'),
        crv: z.literal('P-256'),
        x: z.string(),
        y: z.string(),
        d: z.string(),
        kid: z.string().min(1),
      }),
    )
    .min(1),
})

async function readAccessKeys(text: string): Promise<ServerKeys['access']> {
  const parsed = privateJwks.safeParse(parseJson(text))
  if (!parsed.success) {
    throw new Error('ACCESS_TOKEN_KEYS must be a JSON Web Key Set of private P-256 keys with "kid"')
  }
  const publicJwks = parsed.data.keys.map(({ kty, crv, x, y, kid }) => {
    return { kty, crv, x, y, kid, alg: 'ES256', use: 'sig' }
  })
  const [first] = parsed.data.keys
  if (!first) throw new Error('ACCESS_TOKEN_KEYS has no key')
  const publicKeys = new Map(
    await Promise.all(publicJwks.map(async jwk => [jwk.kid, await importEcKey(jwk)] as const)),
  )
  if (publicKeys.size < publicJwks.length) {
    throw new Error('ACCESS_TOKEN_KEYS must have one key for each "kid"')
  }
  return {
    current: { kid: first.kid, privateKey: await importEcKey(first) },
    publicKeys,
    jwks: { keys: publicJwks },
  }
}

async function importEcKey(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, 'ES256')
  if (key instanceof Uint8Array) throw new TypeError('An EC key was expected')
  return key
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
