import { createHash, timingSafeEqual } from 'node:crypto'
import { StartupError } from '../startup-error.ts'

const leastBytes = 32

/**
 * Returns the check of the static tokens by which other servers, never browsers, reach some of the admin
 * endpoints. There may be two, so that one can be replaced while both are in use; with none the check
 * refuses everything.
 *
 * @throws {StartupError} `bad-setting` for a token that could be guessed
 */
export function createAdminTokens(tokens: readonly string[]): (presented: string) => boolean {
  if (tokens.length > 2) {
    throw new StartupError(
      'bad-setting',
      `There may be two admin tokens, the present and the next; there are ${tokens.length} (ADMIN_TOKEN).`,
    )
  }
  for (const token of tokens) {
    if (Buffer.byteLength(token) < leastBytes || new Set(token).size < 8) {
      throw new StartupError(
        'bad-setting',
        `An admin token must have ${leastBytes} random bytes or more: set ADMIN_TOKEN to the output of "openssl rand -base64 32", or leave it out.`,
      )
    }
  }
  const known = tokens.map(digest)
  // All are compared, whichever fits, and digests have one length: time tells nothing.
  return presented => {
    const given = digest(presented)
    return known.filter(one => timingSafeEqual(one, given)).length > 0
  }
}

const digest = (token: string): Buffer => createHash('sha256').update(token).digest()
