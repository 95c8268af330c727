import * as z from 'zod/mini'
import type { Clock } from '../ports/clock.ts'
import type { Lock } from '../ports/lock.ts'
import type { TokenArea } from '../ports/token-area.ts'
import type { Grant } from '../tokens/grant.ts'
import { parseJson } from '../tokens/parse-json.ts'
import { finite, orNull } from '../tokens/shapes.ts'
import { isToken } from '../tokens/token-response.ts'

export interface UnfinishedSignOutsOptions {
  /** The key that they are kept under. */
  readonly key: string
  readonly area: TokenArea
  readonly clock: Clock
  /** Held while they are repeated, so that one tab does it. */
  readonly lock: Lock
  readonly disposed: AbortSignal
  /** Tells the server; whether it acknowledged. Never rejects. */
  revoke(tokens: Pick<Grant, 'accessToken' | 'refreshToken'>): Promise<boolean>
}

/** Sign-outs that the server could not be told of, until it can. Nothing in here throws. */
export interface UnfinishedSignOuts {
  keep(grant: Grant): void
  /** Tells the server again, behind everybody's back. */
  repeat(): void
}

/** By then every refresh token is over. Milliseconds. */
const LONGEST = 30 * 86_400_000

const MOST = 10

const token = orNull(z.custom<string>(isToken))
const signOut = z.object({ accessToken: token, refreshToken: token, at: finite })

type SignOut = z.infer<typeof signOut>

/** Keeps of each session the one token that the server needs to end it, and nothing else. */
export function createUnfinishedSignOuts({
  key,
  area,
  clock,
  lock,
  disposed,
  revoke,
}: UnfinishedSignOutsOptions): UnfinishedSignOuts {
  let isRepeating = false

  function kept(): SignOut[] {
    try {
      const all = parseJson(area.read(key))
      return (Array.isArray(all) ? all : [])
        .flatMap(each => signOut.safeParse(each).data ?? [])
        .filter(({ at }) => Math.abs(clock.now() - at) < LONGEST)
    } catch {
      return []
    }
  }

  function put(all: readonly SignOut[]): void {
    try {
      if (all.length === 0) area.erase(key)
      else area.write(key, JSON.stringify(all.slice(-MOST)))
    } catch {
      // A storage that refuses keeps nothing, this neither.
    }
  }

  async function repeatAll(): Promise<void> {
    for (const each of kept()) {
      if (disposed.aborted) return
      if (await revoke(each)) put(kept().filter(other => !isSame(other, each)))
    }
  }

  return {
    keep({ accessToken, refreshToken }) {
      const at = clock.now()
      const needed =
        refreshToken === null ? { accessToken, refreshToken } : { accessToken: null, refreshToken }
      put([...kept().filter(other => !isSame(other, needed)), { ...needed, at }])
    },
    repeat() {
      if (isRepeating || kept().length === 0) return
      isRepeating = true
      void lock
        .hold(repeatAll, { signal: disposed })
        .catch(() => {})
        .finally(() => {
          isRepeating = false
        })
    },
  }
}

function isSame(a: Omit<SignOut, 'at'>, b: Omit<SignOut, 'at'>): boolean {
  return a.accessToken === b.accessToken && a.refreshToken === b.refreshToken
}
