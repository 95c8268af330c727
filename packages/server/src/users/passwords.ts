import { hash, verify } from '@node-rs/argon2'

/** Hashes and checks passwords with Argon2id, a few at a time. */
export interface Passwords {
  hash(password: string): Promise<string>
  /** `null` stands for an unknown user and costs the same as a wrong password. */
  verify(stored: string | null, password: string): Promise<boolean>
}

/** OWASP's first choice for Argon2id: 19 MiB, two passes; the package's own algorithm and version. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** The part of an Argon2 package that is used here. */
export interface Argon2 {
  hash(password: string, options: typeof cost): Promise<string>
  verify(stored: string, password: string): Promise<boolean>
}

/**
 * @param concurrency Hashes at a time. Hashing shares a pool of four threads with the signing of
 * access tokens, so a flood of logins must not take them all.
 */
export function createPasswords(concurrency = 2, argon2: Argon2 = { hash, verify }): Passwords {
  const inTurn = createTurns(concurrency)
  let decoy: Promise<string> | undefined
  return {
    hash: password => inTurn(() => argon2.hash(password, cost)),
    verify: (stored, password) =>
      inTurn(async () => {
        if (stored !== null) return argon2.verify(stored, password)
        decoy ??= argon2.hash('nobody has this password', cost)
        await argon2.verify(await decoy, password)
        return false
      }),
  }
}

/** Lets `size` tasks run at a time and the others wait in order. */
function createTurns(size: number) {
  let free = size
  const waiting: (() => void)[] = []
  return async <T>(task: () => Promise<T>): Promise<T> => {
    if (free > 0) free--
    else await new Promise<void>(resolve => waiting.push(resolve))
    try {
      return await task()
    } finally {
      const next = waiting.shift()
      if (next)
        next() // hands the turn over
      else free++
    }
  }
}
