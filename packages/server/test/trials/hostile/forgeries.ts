import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose'
import { generateKeys } from '../../../src/index.ts'
import { mintRefreshToken } from '../../../src/tokens/refresh-token.ts'
import type { Random } from '../../support/random.ts'
import { spoil } from './texts.ts'

/** Keys such as ours, but not ours. */
const foreign = await generateKeys()

/** Access tokens that are almost those of a session, and none of them ours. */
export async function forgeAccess(random: Random, token: string): Promise<string> {
  const claims = decodeJwt(token)
  const header = decodeProtectedHeader(token)
  const [, payload = ''] = token.split('.')
  const { kid, privateKey } = foreign.access.current
  const sign = (kid: string | undefined) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', ...(kid !== undefined && { kid }) })
      .sign(privateKey)
  const unsigned = (alg: string) =>
    `${Buffer.from(JSON.stringify({ ...header, alg })).toString('base64url')}.${payload}.`
  return random.pick([
    async () => spoil(random, token),
    () => sign(header.kid),
    () => sign(kid),
    () => sign(undefined),
    async () => unsigned('none'),
    async () => unsigned('ES256'),
    async () => `${token}A`,
    async () => `${token}.${payload}`,
  ])()
}

/** Refresh tokens that are almost those of a session, and none of them ours. */
export function forgeRefresh(random: Random, token: string): string {
  return random.pick([
    () => spoil(random, token),
    () => `${token}A`,
    () => token.toLowerCase(),
    () => `srt1_${Buffer.alloc(72, random.between(0, 255)).toString('base64url')}`,
    () => mintRefreshToken(foreign.refresh, { ...any, generation: random.between(0, 9) }),
  ])()
}

const any = { sessionId: crypto.randomUUID(), secret: Buffer.alloc(18, 1) }
