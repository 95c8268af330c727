import { expect } from 'vitest'
import { createLogger } from '../../src/observe/create-logger.ts'
import type { Answer } from './test-server.ts'

/** What no answer may have in it: tokens, hashes of passwords, the passwords of the tests. */
const secret = /srt1_[\w-]{20}|eyJ[\w-]{8,}\.[\w-]|\$argon2|\$2[aby]\$|correct horse|wrong password/

/** … and no line of a log besides: cookies. */
const cookie = /__Host-|__Secure-/

/** Returns a logger that writes down everything, and the lines in which it has found a secret. */
export function createWatchedLogger() {
  const leaks: string[] = []
  const logger = createLogger('debug', line => {
    if (secret.test(line) || cookie.test(line)) leaks.push(line)
  })
  return { logger, leaks }
}

/** Holds an answer to having tokens where they belong, and nothing secret besides. */
export function expectNoSecrets({ status, headers, body }: Answer): void {
  const { access_token: _, refresh_token: __, ...rest } = { ...(status < 300 && body) }
  const shown = status < 300 && !Array.isArray(body) ? rest : body
  const others = [...headers].filter(([name]) => name !== 'set-cookie')
  const text = JSON.stringify([shown, others])
  if (secret.test(text)) expect.fail(`An answer has a secret in it: ${text.match(secret)?.[0]}`)
}
