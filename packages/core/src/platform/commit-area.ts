import type { TokenArea } from '../ports/token-area.ts'
import type { Persistence } from '../ports/token-store.ts'
import type { CommitStrings, StoredStrings } from '../tokens/commit-record.ts'

/** The keys of the six strings; the user's may be `null` to keep it out of storage. */
export interface CommitKeys {
  readonly access: string
  readonly refresh: string
  readonly user: string | null
  readonly record: string
  readonly pause: string
  readonly ending: string
}

/** One of the places that a session may be in. */
export interface CommitArea {
  readonly is: Persistence
  readonly area: TokenArea
  /** What is stored there, or `null` when it could not be read. */
  read(): StoredStrings | null
  /**
   * Throws where the area refuses, cuts or drops. What is there already is written `anew` where it may be
   * about to be erased: a browser takes no notice of a value that is the same, and other tabs neither.
   */
  put(strings: CommitStrings, anew?: boolean): void
  /** Leaves none of them; what refuses to go stays. */
  empty(): void
}

export function commitArea(is: Persistence, area: TokenArea, keys: CommitKeys): CommitArea {
  const readOrNull = (key: string | null) => (key === null ? null : area.read(key))
  return {
    is,
    area,
    read: () =>
      attempt(() => ({
        access: area.read(keys.access),
        refresh: area.read(keys.refresh),
        user: readOrNull(keys.user),
        record: area.read(keys.record),
        pause: area.read(keys.pause),
      })),
    // The page may be gone after any of these steps. The refresh token comes first: whoever shows the
    // server an access token has received the refresh token that came with it, and must not come back with
    // the one before. The record comes last: what it does not describe is not whole.
    put(strings, anew = false) {
      const put = (key: string, value: string | null) => {
        if (anew) area.erase(key)
        putOne(area, key, value)
      }
      put(keys.refresh, strings.refresh)
      if (keys.user !== null) put(keys.user, strings.user)
      put(keys.access, strings.access)
      area.erase(keys.pause)
      put(keys.record, strings.record)
    },
    // The record comes first: what is seen of the rest for a moment is nobody's whole commit then.
    empty() {
      for (const key of [keys.record, keys.refresh, keys.access, keys.user, keys.pause])
        if (key !== null) attempt(() => area.erase(key))
    },
  }
}

/** What fails once may be busy; what fails twice is broken: `null`. */
export function attempt<T>(action: () => T): T | null {
  for (let tries = 0; tries < 2; tries++) {
    try {
      return action()
    } catch {}
  }
  return null
}

/** Some areas (cookies, stubs of privacy tools) cut or drop what they do not like, and say nothing. */
function putOne(area: TokenArea, key: string, value: string | null): void {
  if (value === null) area.erase(key)
  else area.write(key, value)
  // A plain script's area may have `undefined` for what is not there.
  if ((area.read(key) ?? null) !== value)
    throw new Error(`What was read from storage under '${key}' is not what was written.`)
}
