import { isSessionError, type SessionError } from '../errors.ts'
import type { SessionInfo } from '../ports/auth-endpoint.ts'
import type { Session } from '../session/session.ts'
import { createStore, type Store } from './store.ts'

/** Where the user is signed in, and what is being done about it. */
export interface SessionList {
  /** Newest first; `null` before the first answer, and while nobody is signed in. */
  readonly sessions: readonly SessionInfo[] | null
  /** Whether an answer is awaited. Also the state of every server render. */
  readonly loading: boolean
  /** Why the latest call came to nothing; `null` again when the next begins. */
  readonly error: SessionError | null
  /** The ids of those that are being ended. */
  readonly ending: readonly string[]
  /** Asks again; joins a question that is under way. Resolves with whether there was an answer. */
  reload(): Promise<boolean>
  /**
   * Ends one session; the current one by signing out. It stays in the list, with its id in `ending`, until
   * the server has agreed. Resolves with whether it has. A second click joins the first.
   */
  revoke(id: string): Promise<boolean>
  /** Ends all but this one, as {@link SessionList.revoke} does. */
  revokeOthers(): Promise<boolean>
}

/** What a list needs of a session. Every `Session` has it. */
export type ListableSession = Pick<
  Session,
  'getState' | 'on' | 'listSessions' | 'revokeSession' | 'logoutAll' | 'logout'
>

type Shown = Partial<SessionList>

const NEWS = ['signed-in', 'replaced', 'signed-out'] as const
const BLANK = { sessions: null, loading: true, error: null, ending: [] as readonly string[] }

/**
 * Returns the list of the user's sessions as a store. It asks the server when somebody looks at it, and
 * again when somebody else signs in; what is under way for the one before, or for nobody any more, is
 * called off, and its answer is shown to nobody. A call that fails is told in `error`; only what is no
 * `SessionError`, so a mistake in the code, rejects.
 *
 * @example
 * ```ts
 * const list = createSessionList(session)
 * const stop = list.subscribe(() => console.log(list.getState().sessions))
 * ```
 */
export function createSessionList(session: ListableSession): Store<SessionList> {
  // Of one person, for as long as somebody looks; and what was begun in it.
  let life: AbortController | null = null
  let running = new Map<unknown, Promise<boolean>>()
  // An answer that was under way while a session ended may still have it.
  const ended = new Set<string>()
  const store = createStore<SessionList>({ ...BLANK, reload, revoke, revokeOthers }, open)

  function open(): () => void {
    const undo = NEWS.map(name => session.on(name, begin))
    begin()
    return () => {
      for (const forget of undo) forget()
      forgetAll()
    }
  }

  function begin(): void {
    forgetAll()
    life = new AbortController()
    const { signal } = life
    if (session.getState().status !== 'authenticated') store.change({ loading: false })
    // In a later turn, so that a component that is taken out and put back at once asks once.
    else queueMicrotask(() => signal.aborted || reload())
  }

  function forgetAll(): void {
    life?.abort()
    life = null
    running = new Map()
    store.change(BLANK)
  }

  function reload(): Promise<boolean> {
    return once(
      reload,
      { loading: true },
      async signal => {
        const sessions = await session.listSessions({ signal })
        return { sessions: sessions.filter(({ id }) => !ended.has(id)) }
      },
      () => ({ loading: false }),
    )
  }

  function revoke(id: string): Promise<boolean> {
    const isCurrent = store.getState().sessions?.some(one => one.id === id && one.current)
    return end(id, [id], () => (isCurrent ? session.logout() : session.revokeSession(id)))
  }

  function revokeOthers(): Promise<boolean> {
    const others = store.getState().sessions?.filter(({ current }) => !current) ?? []
    const ids = others.map(({ id }) => id)
    return end(revokeOthers, ids, () => session.logoutAll({ keepCurrent: true }))
  }

  function end(key: unknown, ids: string[], call: () => Promise<unknown>): Promise<boolean> {
    return once(
      key,
      { ending: [...store.getState().ending, ...ids] },
      async () => {
        await call()
        for (const id of ids) ended.add(id)
        const { sessions } = store.getState()
        return { sessions: sessions?.filter(({ id }) => !ended.has(id)) ?? null }
      },
      () => ({ ending: without(store.getState().ending, ids) }),
    )
  }

  function once(
    key: unknown,
    before: Shown,
    call: (signal: AbortSignal) => Promise<Shown>,
    after: () => Shown,
  ): Promise<boolean> {
    const all = running
    const first = all.get(key) ?? attempt(before, call, after).finally(() => all.delete(key))
    all.set(key, first)
    return first
  }

  async function attempt(
    before: Shown,
    call: (signal: AbortSignal) => Promise<Shown>,
    after: () => Shown,
  ): Promise<boolean> {
    const signal = life?.signal ?? AbortSignal.abort()
    const show = (what: () => Shown) => signal.aborted || store.change(what())
    show(() => ({ ...before, error: null }))
    try {
      const answer = await call(signal)
      show(() => ({ ...answer, ...after() }))
      return true
    } catch (error) {
      const isExpected = isSessionError(error)
      show(() => ({ error: isExpected ? error : null, ...after() }))
      if (!isExpected && !signal.aborted) throw error
      return false
    }
  }

  return store
}

/** Each of `ids` taken out once: it may be in there twice, for two calls. */
function without(list: readonly string[], ids: readonly string[]): readonly string[] {
  const rest = [...list]
  for (const id of ids) rest.splice(rest.indexOf(id), 1)
  return rest.length === 0 ? BLANK.ending : rest
}
