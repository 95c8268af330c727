import type { Session, SessionOptions, SignOutReason } from '@tabkeeper/core'
import { assembleSession } from '@tabkeeper/core/world'
import { type ManualClock, manualClock, quiet } from '../manual-clock.ts'
import { type RotatingServer, rotatingServer } from '../rotating-server.ts'
import { type VirtualBrowser, type VirtualTab, virtualBrowser } from '../virtual-browser.ts'
import { shownAsLoading } from './shown-as-loading.ts'

/** What a test starts from. */
export type TestSessionState<User> =
  /** Signed in, with a token that is good. */
  | { readonly is: 'authenticated'; readonly user?: User }
  /** Signed in, with an access token that is over: the next request needs a refresh. */
  | { readonly is: 'expired-token'; readonly user?: User }
  /** Signed in, in the middle of a refresh whose answer is kept back until `release()`. */
  | { readonly is: 'refreshing'; readonly user?: User }
  /** Nobody is signed in, for whichever reason. @default 'none' */
  | { readonly is: 'unauthenticated'; readonly reason?: SignOutReason }
  /** As a server renders it; after `release()` nobody is signed in. */
  | { readonly is: 'loading' }

/** Settings of the session, but for what the test decides; and those of the server. */
export type TestSessionOptions<User> = TestSessionState<User> &
  Partial<Omit<SessionOptions<User>, 'authUrl' | 'endpoint' | 'storage' | 'user'>> & {
    /** Life of an access token in seconds. @default 3600 */
    readonly lifetime?: number
    /** Milliseconds in which a used refresh token still gets its successor. @default 30_000 */
    readonly grace?: number
    /** Whether the pages have Web Locks, which plain-http pages have not. @default true */
    readonly webLocks?: boolean
  }

/** Another tab of the same browser, with a session of the same app. */
export interface TestTab<User> {
  readonly session: Session<User>
  readonly tab: VirtualTab
}

/** A real session, and a hand for everything that happens to it. */
export interface TestSession<User> extends TestTab<User>, Disposable {
  /** Stands still until it is turned. */
  readonly clock: ManualClock
  /** Counts what it is asked; loses, delays and refuses what it is told to. */
  readonly server: RotatingServer
  readonly browser: VirtualBrowser
  /** The tokens as the app's own API would judge them: 401 for those that are not good, 200 with the path for others. */
  readonly fetch: typeof globalThis.fetch
  openTab(): TestTab<User>
  /** The access token is over now, and nobody has noticed. */
  expireToken(): void
  /** The user signs out in another tab. */
  signOutElsewhere(): Promise<void>
  /** The server ends the session, and the page hears of it at its next refresh, which is made here. */
  endByServer(reason?: SignOutReason): Promise<void>
  /** Lets go what `refreshing` and `loading` keep back. */
  release(): Promise<void>
  /** Ends the sessions of all tabs: no timer or listener remains. */
  dispose(): void
}

/**
 * Returns a real session in the state that a test begins with: nothing but browser, clock and server is
 * made of memory. Each state is come to as in life (signed in, then signed out elsewhere), so that what
 * follows is what would follow.
 *
 * @example
 * ```ts
 * const { session, server, expireToken } = await createTestSession({
 *   is: 'authenticated',
 *   user: { name: 'Ada' },
 * })
 * expireToken()
 * await session.getAccessToken()
 * console.log(server.counts.refreshes) // 1
 * ```
 */
export async function createTestSession<User = unknown>(
  options: TestSessionOptions<User>,
): Promise<TestSession<User>> {
  const { is, lifetime = 3600, grace = 30_000, webLocks = true, ...rest } = options
  const { user, reason = 'none', ...settings } = { user: undefined, ...rest } as Rest<User>
  const clock = manualClock()
  const server = rotatingServer({
    clock,
    lifetime,
    grace,
    userOf: name => user ?? { name },
  })
  const browser = virtualBrowser(clock, { webLocks })
  const opened: Session<User>[] = []

  function openTab(): TestTab<User> {
    const tab = browser.openTab()
    const session = assembleSession<User>(
      {
        app: 'test',
        allowedOrigins: [TEST_ORIGIN],
        ...settings,
        endpoint: tab.through(server.endpoint),
        storage: tab.storage,
      },
      tab.world,
    )
    opened.push(session)
    return { session, tab }
  }

  const first = openTab()
  const { session } = first
  let release = () => {}

  const hands = {
    expireToken: () => clock.jump(lifetime * 1000),
    async signOutElsewhere() {
      session.getState()
      await openTab().session.logout()
      await quiet()
    },
    async endByServer(why: SignOutReason = 'revoked') {
      for (const id of server.live()) server.end(id, why)
      const told = session.refresh().catch(() => {})
      // A denial is believed once it is sure that no other tab had refreshed in the meantime.
      await clock.advance(SETTLING)
      await told
    },
  }

  async function comeTo(wanted: SignOutReason): Promise<void> {
    switch (wanted) {
      case 'none':
        return
      case 'logout':
        await session.logout()
        return
      case 'logout-elsewhere':
        return hands.signOutElsewhere()
      case 'storage-cleared':
        browser.openTab().clearStorage()
        return quiet()
      case 'expired':
      case 'revoked':
      case 'reuse-detected':
      case 'account-disabled':
      case 'replaced':
        return hands.endByServer(wanted)
    }
  }

  const signIn = () => session.login({ email: 'ada@bar.test', password: 'right' })
  let shown = session
  switch (is) {
    case 'authenticated':
      await signIn()
      break
    case 'expired-token':
      await signIn()
      hands.expireToken()
      break
    case 'refreshing':
      await signIn()
      hands.expireToken()
      release = server.hold()
      session.refresh().catch(() => {})
      await quiet()
      break
    case 'unauthenticated':
      if (reason !== 'none') await signIn()
      await comeTo(reason)
      break
    case 'loading':
      ;({ session: shown, release } = shownAsLoading(session))
      break
  }

  function dispose(): void {
    for (const each of opened) each.dispose()
  }

  return {
    ...first,
    ...hands,
    session: shown,
    clock,
    server,
    browser,
    openTab,
    fetch: async (input, init) => judge(server, new Request(input, init)),
    async release() {
      release()
      await quiet()
    },
    dispose,
    [Symbol.dispose]: dispose,
  }
}

/** The origin that a test session may send its token to. */
export const TEST_ORIGIN = 'https://api.test'

/** Milliseconds. */
const SETTLING = 1_000

/** What is left of the options, whichever state they are of. */
type Rest<User> = Partial<Omit<SessionOptions<User>, 'user'>> & {
  readonly user: User | undefined
  readonly reason?: SignOutReason
}

function judge(server: RotatingServer, { headers, url }: Request): Response {
  const token = /^Bearer (.+)$/.exec(headers.get('Authorization') ?? '')?.[1]
  if (token !== undefined && server.accepts(token))
    return Response.json({ path: new URL(url).pathname })
  return new Response(null, { status: 401, headers: { 'WWW-Authenticate': 'Bearer' } })
}
