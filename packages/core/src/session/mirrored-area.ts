import type { TokenArea } from '../ports/token-area.ts'
import { endingKey, pauseKey, readKeys, recordKey, unfinishedKey } from './options.ts'
import type { StorageKeys } from './storage-keys.ts'

/** Storage that answers later: Electron's main process, a Tauri store, React Native's AsyncStorage, a keychain. */
export interface AsyncArea {
  /** `null` for what is not there. */
  read(key: string): Promise<string | null>
  write(key: string, value: string): Promise<unknown>
  erase(key: string): Promise<unknown>
}

export interface MirroredAreaOptions {
  /** The app of the session that the area is for. */
  readonly app: string
  /** What the session is given. @default storageKeys(app) */
  readonly keys?: Partial<StorageKeys>
}

/**
 * Returns a token area in front of one that answers later: a copy in memory, read once before the session
 * is made and whenever the session has to be sure of it, and written behind the session's back, one change
 * after the other, so that what is stored in the end is what was said last. A write that fails is told as
 * a full storage is: the session goes on in memory, shows it (`persistence`) and warns.
 *
 * Windows that share the storage hear of each other by a `BroadcastChannel` and take turns by Web Locks,
 * as tabs do. A shell whose windows have neither gives the session a world of its own
 * (`@tabkeeper/core/world`). Throws a `TypeError` for a mistake in the options; does not reject when the
 * storage does: the session is signed out then until it can be read.
 *
 * @example
 * ```ts
 * const files = new Map<string, string>() // as the main process of a desktop shell would keep them
 * const storage = await mirroredArea(
 *   {
 *     read: async key => files.get(key) ?? null,
 *     write: async (key, value) => files.set(key, value),
 *     erase: async key => files.delete(key),
 *   },
 *   { app: 'admin' },
 * )
 * const session = createSession({ app: 'admin', authUrl: 'https://api.example.test/auth', storage })
 * ```
 */
export async function mirroredArea(
  area: AsyncArea,
  { app, keys: given }: MirroredAreaOptions,
): Promise<TokenArea> {
  const keys = readKeys(app, given)
  const names = [
    keys.accessToken,
    keys.refreshToken,
    keys.user,
    recordKey(app),
    pauseKey(app),
    endingKey(app),
    unfinishedKey(app),
  ]
  const mirror = new Map<string, string | null>()
  // What is to be done, one after the other. Never rejects.
  let last: Promise<void> = Promise.resolve()
  let changes = 0
  let failure: { readonly cause: unknown } | null = null

  /** What fails once may be busy. */
  function enqueue(step: () => Promise<unknown>, failed: (cause: unknown) => void): void {
    last = last.then(() => step().catch(step)).then(() => {}, failed)
  }

  async function load(before: number): Promise<void> {
    const known = names.filter(name => name !== null)
    const found = await Promise.all(known.map(async name => [name, await area.read(name)] as const))
    // What was said meanwhile is newer.
    if (changes === before) for (const [name, text] of found) mirror.set(name, text)
  }

  function change(key: string, value: string | null, store: () => Promise<unknown>): void {
    changes++
    mirror.set(key, value)
    enqueue(store, cause => {
      failure ??= { cause }
    })
  }

  async function settled(): Promise<void> {
    const before = changes
    // What cannot be read now is as it was.
    enqueue(
      () => load(before),
      () => {},
    )
    await last
    const failed = failure
    failure = null
    if (failed !== null) throw failed.cause
  }

  await settled()
  return {
    read(key) {
      const text = mirror.get(key)
      if (text !== undefined) return text
      throw new Error(
        `mirroredArea: '${key}' could not be read, or is no key of the app '${app}': give mirroredArea the "app" and "keys" of the session.`,
      )
    },
    write: (key, value) => change(key, value, () => area.write(key, value)),
    erase: key => change(key, null, () => area.erase(key)),
    settled,
  }
}
