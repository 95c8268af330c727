import { disposed, overtaken, signedOut } from '../errors.ts'
import type { Lease } from '../http/token-source.ts'
import { heldAccessToken, heldGrant, LOADING } from '../machine/state.ts'
import type { Decide } from '../machine/transition.ts'
import { randomName } from '../platform/random-name.ts'
import { createTokenStore } from '../platform/token-store.ts'
import type { PageWatch } from '../ports/page-signals.ts'
import type { Persistence } from '../ports/token-store.ts'
import type { World } from '../ports/world.ts'
import { type Change, createRuntime, tellOfEnd } from '../runtime/runtime.ts'
import type { Grant } from '../tokens/grant.ts'
import { startGrant } from '../tokens/grant.ts'
import { parseTokenResponse, type TokenResponse } from '../tokens/token-response.ts'
import { createEmitter } from './emitter.ts'
import { createLeaseDesk } from './leases.ts'
import { newsOf } from './news.ts'
import {
  endingKey,
  isServer,
  pauseKey,
  readOptions,
  recordKey,
  type SessionOptions,
  unfinishedKey,
} from './options.ts'
import { createQueue } from './queue.ts'
import { createServerCalls } from './server-calls.ts'
import type { Session, SessionEvents, WarningCode } from './session.ts'
import type { SessionState } from './session-state.ts'
import { createSnapshot } from './snapshot.ts'
import { createStepUps } from './step-up.ts'
import { createUnfinishedSignOuts } from './unfinished-sign-outs.ts'

/** What a holder of the lock may take beyond its request before it is passed over. Milliseconds. */
const LOCK_MARGIN = 2_000

/**
 * Hangs the machine on the ports of one world and offers it as the public object. `decide` is the machine;
 * a simulation may put another in its place, to see that it is missed.
 */
export function assembleSession<User>(
  options: SessionOptions<User>,
  world: World,
  decide?: Decide,
): Session<User> {
  const { app, endpoint, keys, storage, allowedOrigins, policy, refreshTimeout, maxWaiting } =
    readOptions(options)
  const { clock, random } = world
  const snapshot = createSnapshot(options.user)
  type Told = SessionEvents<User> & { state: SessionState<User> }
  const emitter = createEmitter<Told>()
  let page: PageWatch | null = null
  // Whether the page may have missed something since storage was last read.
  let isAway = false
  // When another tab last said that it had changed storage.
  let toldAt = Number.NEGATIVE_INFINITY
  let isAwake = false
  let lastFailure: unknown = null
  const life = new AbortController()
  // A server renders for many people from one module: there the session stays as it was made.
  const sleepsForever = isServer() && options.storage === undefined
  // Where the session is, or was, that was here last.
  let persistence: Persistence = 'local'
  // Sign-ins and sign-outs are counted as they are asked for: what came of one that another overtook is not wanted.
  let lastAsked = 0
  let lastDone = 0
  // What the page was told last.
  let told: SessionState<User> = snapshot(LOADING, 'memory')

  if (options.onSignedOut !== undefined) {
    const { onSignedOut } = options
    emitter.on('signed-out', ({ reason }) => onSignedOut(reason))
  }

  const commitKeys = {
    access: keys.accessToken,
    refresh: keys.refreshToken,
    user: keys.user,
    record: recordKey(app),
    pause: pauseKey(app),
    ending: endingKey(app),
  }
  const stored = createTokenStore({
    keys: commitKeys,
    local: storage,
    tab: world.tabStorage,
    clock,
    claim: (identity, until) =>
      world.claim(`tabkeeper-tab:${app}:${identity}`, AbortSignal.any([until, life.signal])),
    disposed: life.signal,
    changed: readAnew,
    published: () => page?.publish(),
    warn,
  })
  const lock = world.lock(`tabkeeper-refresh:${app}`, refreshTimeout + LOCK_MARGIN)
  const limits = { clock, refreshTimeout, disposed: life.signal }
  const tokenless = endpoint.withoutTokens?.({ ...limits, store: stored, lock })
  const store = tokenless ?? stored
  const unfinished = createUnfinishedSignOuts({
    key: unfinishedKey(app),
    area: storage,
    clock,
    lock: world.lock(`tabkeeper-sign-outs:${app}`, refreshTimeout + LOCK_MARGIN),
    disposed: life.signal,
    revoke: tokens => tellOfEnd({ ...limits, endpoint }, tokens),
  })
  const ports = {
    ...limits,
    store,
    lock,
    endpoint,
    random,
    toldAt: () => toldAt,
    measure: (what: 'flight' | 'wait') => world.measure(`tabkeeper:${app}:${what}`),
    ending(grant: Grant) {
      // What was never in the storage that outlives the tab is not put there by its end. A cookie outlives
      // it anyway, and what is kept of that is no secret.
      const isKept = persistence === 'local' || tokenless !== undefined
      return () => {
        if (isKept) unfinished.keep(grant)
      }
    },
  }
  const runtime = createRuntime(ports, policy, tell, decide)
  const queue = createQueue(maxWaiting)
  const desk = createLeaseDesk(runtime, clock, policy, queue, {
    isDoubtful: () => isAway,
    refresh() {
      if (isAwake && isAway) readAgain()
      wake()
    },
    lastFailure: () => lastFailure,
  })
  const stepUps = createStepUps(options.onStepUp, desk, queue, life.signal)

  /** In a later turn: a listener may call anything, and what is warned of is still under way. */
  function warn(code: WarningCode, message: string, cause: unknown): void {
    queueMicrotask(() => emitter.emit('warning', { code, message, cause }))
  }

  function countAwake(by: 1 | -1): void {
    const { awake } = world
    const count = (awake.get(app) ?? 0) + by
    awake.set(app, count)
    if (by === -1 || count !== 2) return
    const message = `There are two sessions of the app '${app}' in this page. They stay in step, but one is enough: make it once and share it, or dispose() of the first.`
    console.warn(message)
    warn('two-sessions', message, null)
  }

  function wake(): void {
    if (isAwake || sleepsForever || life.signal.aborted) return
    isAwake = true
    countAwake(1)
    const names = Object.values(commitKeys).filter(key => key !== null)
    page = world.watch(new Set(names), `tabkeeper:${app}`, {
      changed() {
        isAway = false
        readAnew()
      },
      told() {
        toldAt = clock.now()
        readAnew()
      },
      left() {
        isAway = true
      },
      online() {
        // A hidden page was not told of a pause that the server asked another tab for.
        readAgain()
        runtime.dispatch({ type: 'came-online' })
        unfinished.repeat()
      },
    })
    runtime.dispatch({ type: 'restored', found: store.read() ?? { is: 'nothing', ended: null } })
    readWhenSettled()
    unfinished.repeat()
  }

  function wakeToSignIn(): void {
    life.signal.throwIfAborted()
    if (sleepsForever)
      throw new TypeError(
        'On a server a session keeps nothing, or one visitor would be signed in as another: make a session for each request, with "storage: memoryArea()".',
      )
    wake()
  }

  /** Where there is never any news, nobody is kept waiting for it: a server would fill up with listeners. */
  function listen<K extends keyof Told>(event: K, listener: (detail: Told[K]) => void): () => void {
    if (sleepsForever) return () => {}
    wake()
    return emitter.on(event, listener)
  }

  function readAnew(): void {
    readAgain()
    readWhenSettled()
  }

  /** What was read may be old where storage answers later. */
  function readWhenSettled(): void {
    if (storage.settled !== undefined) void store.settled().then(readAgain)
  }

  function readAgain(): void {
    const found = store.read()
    if (found !== null) runtime.dispatch({ type: 'store-changed', found })
    tellState()
  }

  function tell(change: Change): void {
    const { event } = change
    if (event.type === 'refresh-unreachable') lastFailure = event.cause
    stepUps.changed()
    const news = newsOf(change, tellState(), clock.now())
    if (news !== null) emitter.emit(news[0], news[1])
  }

  function tellState(): SessionState<User> {
    const shown = show()
    if (shown !== told) {
      told = shown
      emitter.emit('state', shown)
    }
    return shown
  }

  function show(): SessionState<User> {
    const shown = snapshot(runtime.state(), store.persistence())
    if (shown.status === 'authenticated') persistence = shown.persistence
    return shown
  }

  /** Takes up the tokens of a sign-in, unless another sign-in or a sign-out overtook it. */
  function begin(
    what: string,
    given: TokenResponse,
    turn: number,
    remember?: boolean,
  ): User | null {
    const tokens = parseTokenResponse(given)
    if (tokens === null)
      throw new TypeError(
        `${what}: there is no usable "access_token" in what was given, or the "user" is no JSON; give the answer of a token endpoint.`,
      )
    const found = store.read()
    const ended = found?.is === 'nothing' ? found.ended : null
    const started = startGrant(tokens, clock.now(), randomName, ended?.identity ?? null)
    const grant = tokenless?.received(started) ?? started
    if (turn < lastDone) {
      void tellOfEnd({ ...limits, endpoint }, grant)
      throw overtaken(heldGrant(runtime.state()) !== null)
    }
    lastDone = turn
    if (remember !== undefined) store.remember(remember)
    runtime.dispatch({ type: 'signed-in', grant })
    unfinished.repeat()
    const shown = show()
    return shown.status === 'authenticated' ? shown.user : null
  }

  const { askServer, authorized } = createServerCalls(limits, () => session)

  async function signIn(
    call: (signal: AbortSignal) => Promise<TokenResponse>,
    remember: boolean,
  ): Promise<User | null> {
    const turn = ++lastAsked
    const ask = async () => begin('endpoint', await askServer('The sign-in', call), turn, remember)
    return tokenless ? runtime.inTurn(() => tokenless.signIn(ask)) : ask()
  }

  async function leaseOrThrow(minValidity: number, signal?: AbortSignal): Promise<Lease> {
    const lease = sleepsForever ? null : await desk.leaseFor(minValidity, signal)
    if (lease !== null) return lease
    throw signedOut()
  }

  const session: Session<User> = {
    app,
    allows: origin => allowedOrigins.has(origin),
    lease: signal => (sleepsForever ? null : desk.lease(signal)),
    held: () => (sleepsForever ? null : desk.held()),
    renew: desk.renew,
    stepUp: stepUps.stepUp,

    getState() {
      wake()
      return show()
    },
    subscribe: listener => listen('state', listener),
    on: (event, listener) => listen(event, listener),

    login(credentials, { remember = true } = {}) {
      wakeToSignIn()
      const accessToken = heldAccessToken(runtime.state())
      return signIn(
        signal => endpoint.login(credentials, { signal, remember, accessToken }),
        remember,
      )
    },
    register(details, { remember = true } = {}) {
      wakeToSignIn()
      return signIn(signal => endpoint.register(details, { signal, remember }), remember)
    },
    adopt(tokens) {
      wakeToSignIn()
      return begin('adopt', tokens, ++lastAsked)
    },

    async getAccessToken({ signal, minValidity = 0 } = {}) {
      return (await leaseOrThrow(minValidity, signal)).accessToken
    },
    async refresh({ signal } = {}) {
      if (sleepsForever) throw signedOut()
      await desk.force(signal)
    },

    async logout() {
      wake()
      const isHolding = show().status === 'authenticated'
      lastDone = ++lastAsked
      runtime.dispatch({ type: 'signed-out', told: false })
      return { acknowledged: isHolding ? await runtime.revoked() : true }
    },
    async logoutAll({ keepCurrent = false } = {}) {
      let leaving: string | undefined
      const result = await authorized('Signing out everywhere', (accessToken, signal) => {
        leaving = heldGrant(runtime.state())?.identity
        return endpoint.revokeAll(accessToken, { signal, keepCurrent })
      })
      // Somebody else may have signed in since.
      if (!keepCurrent && heldGrant(runtime.state())?.identity === leaving)
        runtime.dispatch({ type: 'signed-out', told: true })
      return result
    },
    listSessions: ({ signal: caller } = {}) =>
      authorized(
        'Listing the sessions',
        (accessToken, signal) => endpoint.listSessions(accessToken, { signal }),
        caller,
      ),
    revokeSession: id =>
      authorized('Ending the session', (accessToken, signal) =>
        endpoint.revokeSession(accessToken, id, { signal }),
      ),
    onStepUp: stepUps.askBy,

    dispose() {
      if (isAwake && !life.signal.aborted) countAwake(-1)
      life.abort(disposed())
      page?.stop()
      emitter.clear()
      runtime.dispose()
    },
    [Symbol.dispose]: () => session.dispose(),
  }
  return session
}
