import { isCount, isPrint, oneOf, orNull, readShape, type Shape, type Shaped } from './shape.ts'

const reason = oneOf(
  'none',
  'logout',
  'logout-elsewhere',
  'expired',
  'revoked',
  'reuse-detected',
  'account-disabled',
  'storage-cleared',
  'replaced',
)

const author = oneOf('this-tab', 'another-tab')

/**
 * What all entries have: the moment, the tab, and a count of the entries of one tab, so that one that comes
 * twice is known.
 */
const always = { at: isCount, tab: isPrint, n: isCount }

/** The name of the app and the id of the session, both as fingerprints. */
const about = { app: isPrint, session: orNull(isPrint) }

/** What is kept: the public state of a session and what happened to it, its requests, and the page. */
const shapes = {
  state: {
    ...about,
    status: oneOf('loading', 'unauthenticated', 'authenticated'),
    refresh: orNull(oneOf('idle', 'pending', 'backing-off')),
    persistence: orNull(oneOf('local', 'tab', 'memory')),
    reason: orNull(reason),
    /** When the access token ends: two tabs that say the same have the same token. */
    expiresAt: orNull(isCount),
  },
  'signed-in': about,
  'signed-out': { ...about, reason, by: author },
  refreshed: { ...about, by: author },
  unreachable: {
    ...about,
    cause: oneOf('no-answer', 'too-slow', 'no-verdict', 'another-tab'),
    /** Of the answer, where there was one. */
    status: orNull(isCount),
    retryAfter: isCount,
  },
  replaced: {
    ...about,
    from: isPrint,
    to: isPrint,
    user: oneOf('same', 'another', 'unknown'),
    by: author,
  },
  warned: { ...about, code: oneOf('storage-refused', 'copied-tab', 'two-sessions') },
  /** Requests have begun to wait for a token. */
  waiting: { ...about, count: isCount },
  /** They do not any more; milliseconds from the first to the last. */
  waited: { ...about, count: isCount, ms: isCount, failed: isCount },
  /** A server answered 401; so many of the requests were sent once more with another token. */
  refused: { ...about, count: isCount, ms: isCount, replayed: isCount },
  /** For `stopped`: for how many milliseconds nothing ran in it. */
  page: { is: oneOf('watched', 'hidden', 'shown', 'stopped', 'left'), ms: isCount },
  /** What somebody did with the buttons. */
  fault: {
    app: orNull(isPrint),
    is: oneOf(
      'offline',
      'online',
      'delayed',
      'lost',
      'storage-broken',
      'storage-mended',
      'expired',
      'refreshed',
      'signed-out',
    ),
  },
} satisfies Record<string, Shape>

type Shapes = typeof shapes
type What = keyof Shapes

/** An entry as those who watch tell it; the log knows the rest. */
export type Detail = { [W in What]: { readonly what: W } & Shaped<Shapes[W]> }[What]

/**
 * One thing that happened, in numbers, words of closed sets and fingerprints. There is no member that
 * could hold a token, a name or a text: what is kept, sent to other tabs and exported went through here.
 */
export type Entry = Shaped<typeof always> & Detail
export type EntryOf<W extends What> = Extract<Entry, { what: W }>
export type SessionEntry = Extract<Entry, { session: unknown }>

/** The entry in what a stranger gave, with nothing else of it; `null` where there is none. */
export function readEntry(given: unknown): Entry | null {
  if (typeof given !== 'object' || given === null || !('what' in given)) return null
  const what = String(given.what)
  if (!Object.hasOwn(shapes, what)) return null
  const read = readShape({ ...always, ...shapes[what as What] }, given)
  // The word and the members that belong to it, which the compiler cannot follow.
  return read && ({ what, ...read } as unknown as Entry)
}
