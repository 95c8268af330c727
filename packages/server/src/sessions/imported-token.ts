import { createHash } from 'node:crypto'
import { hashSecret, type RefreshToken, secretLength } from '../tokens/refresh-token.ts'
import type { SessionSettings } from './settings.ts'

/** What stands in `seed_hash` of a session that was imported, until its token comes: the hash of nothing. */
const noSecretYet = Buffer.alloc(32)

/**
 * Returns what a refresh token of an older system stands for, or null: the first generation of the
 * session that was imported with its hash. Its family secret is made of the token itself, so that a
 * retry means the same, and from there on the rules are those of any refresh: the answer brings a token
 * of this server, and the old one used again after that is a copy.
 */
export async function readImportedToken(
  { database: { kysely }, tenantId }: SessionSettings,
  text: string,
): Promise<RefreshToken | null> {
  const found = await kysely
    .selectFrom('imported_tokens')
    .innerJoin('sessions', 'sessions.id', 'imported_tokens.session_id')
    .where('token_hash', '=', hashOf('', text))
    .where('tenant_id', '=', tenantId)
    .select(['sessions.id', 'seed_hash'])
    .executeTakeFirst()
  if (!found) return null
  // Another hash than the one that is stored, which therefore says nothing about the secret.
  const secret = hashOf('tabkeeper import\0', text).subarray(0, secretLength)
  if (found.seed_hash.equals(noSecretYet)) {
    await kysely
      .updateTable('sessions')
      .set({ seed_hash: hashSecret(secret) })
      .where('id', '=', found.id)
      .where('tenant_id', '=', tenantId)
      .where('seed_hash', '=', noSecretYet)
      .execute()
  }
  return { sessionId: found.id, generation: 0, secret }
}

const hashOf = (prefix: string, text: string): Buffer =>
  createHash('sha256').update(prefix).update(text).digest()
