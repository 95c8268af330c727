import { availableParallelism } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { hash, verify } from '@node-rs/argon2'
import { verify as verifyBcrypt } from '@node-rs/bcrypt'
import { createTurns, type Turns } from './turns.ts'

/** Hashes passwords with Argon2id and checks them, a few at a time; hashes of bcrypt are checked too. */
export interface Passwords {
  hash(password: string): Promise<string>
  /**
   * `null` stands for an unknown user and costs the same as a wrong password, and so does what is no
   * hash: an account that was imported without a password.
   */
  verify(stored: string | null, password: string): Promise<boolean>
  /** Whether a hash is not as `hash` would make it today, and should be made again. */
  isOutdated(stored: string): boolean
}

/** OWASP's first choice for Argon2id: 19 MiB, two passes; the package's own algorithm and version. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

const current = `$argon2id$v=19$m=${cost.memoryCost},t=${cost.timeCost},p=${cost.parallelism}$`

/** A cost from 4 to 31, and 53 characters of salt and hash. */
const bcryptHash = /^\$2[abxy]\$(?:0[4-9]|[12]\d|3[01])\$[./\dA-Za-z]{53}$/

/** The part of an Argon2 package that is used here. */
export interface Argon2 {
  hash(password: string, options: typeof cost): Promise<string>
  verify(stored: string, password: string): Promise<boolean>
}

/**
 * Hashing shares a pool of four threads with the signing of access tokens, and the cores with everything
 * else, so a flood of logins must take neither all: one core stays free. `npm run flood` measures what a
 * refresh takes meanwhile.
 */
const atATime = Math.max(1, Math.min(2, availableParallelism() - 1))

/**
 * On two cores or one the core that stays free is not enough: the database and the signing want it, too. So
 * there is as much rest as work. Measured on two cores, 50 guesses at a time: the p99 of refreshes is
 * 1.6 times its idle value, and 2.4 to 3.1 times without the rest, for 55 guesses a second in place of 90.
 */
const rest = availableParallelism() > 2 ? undefined : (worked: number) => setTimeout(worked)

/** Some ten seconds of work and rest: whoever would come after that has given up before it is their turn. */
const mostWaiting = 500

export function createPasswords({
  argon2 = { hash, verify },
  inTurn = createTurns(atATime, mostWaiting, rest),
}: {
  argon2?: Argon2
  inTurn?: Turns
} = {}): Passwords {
  let decoy: Promise<string> | undefined
  return {
    hash: password => inTurn(() => argon2.hash(password, cost)),
    verify: (stored, password) =>
      inTurn(async () => {
        // Bcrypt reads 72 bytes, here as in the system that the hash came from; its successor reads all.
        if (stored && bcryptHash.test(stored)) return verifyBcrypt(password, stored)
        try {
          if (stored?.startsWith('$argon2')) return await argon2.verify(stored, password)
        } catch {
          // It only looks like a hash.
        }
        decoy ??= argon2.hash('nobody has this password', cost)
        await argon2.verify(await decoy, password)
        return false
      }),
    isOutdated: stored => !stored.startsWith(current),
  }
}
