import { afterAll, beforeAll } from 'vitest'
import type {
  ContractClient,
  ContractOptions,
  ContractRequest,
  ContractTraits,
  CreateContractClient,
} from '../auto-refresh-contract.ts'
import type { HandTurnedSource } from '../hand-turned-source.ts'
import type {
  Order,
  RemoteFailure,
  RemoteRequest,
  Report,
  SourceState,
  Turn,
} from '../remote/messages.ts'
import { packBody, StreamOf } from '../remote/wire-body.ts'
import { gatherTick } from './gather-tick.ts'
import { openRemoteLink, type RemoteLink, type Scope } from './remote-link.ts'

/** A contract suite's clients and sessions, as they are in a browser. */
export interface ContractHost {
  /** Makes the clients of one kind that the script offers. */
  clientsOf(kind: string): CreateContractClient
  readonly createSource: NonNullable<ContractTraits['createSource']>
}

/**
 * Lets a contract suite run in Chromium: the suite and its server stay in Node; what is tested, the host
 * library, the adapter and the session whose refresh the test turns by hand, is the browser's. `entry` is
 * a script that calls `serveContract`. To be called within a `describe`: the browser is opened before
 * its first test and closed after its last.
 *
 * @example
 * ```ts
 * const { clientsOf, createSource } = contractHost(new URL('contract.page.ts', import.meta.url), 'page')
 * describeAutoRefresh('fetch in a page', clientsOf('fetch'), { streams: false, createSource })
 * ```
 */
export function contractHost(entry: URL, scope: Scope): ContractHost {
  let link: RemoteLink | null = null
  let count = 0
  const numbers = new WeakMap<object, number>()
  const states = new Map<number, SourceState>()
  const judges = new Map<number, NonNullable<ContractOptions['shouldRefresh']>>()
  const outcomes = new Map<number, (outcome: Outcome) => void>()
  // One object here for each one there.
  const errors = new Map<number, Error>()
  // Some requests take longer to pack, and none may overtake another.
  let packing = Promise.resolve()

  beforeAll(async () => {
    link = await openRemoteLink(entry, scope, hear)
  })
  afterAll(() => link?.[Symbol.asyncDispose]())

  // What a test asks for in one tick is one tick there too. As messages of their own, the last of 20
  // requests could come after the answer to the first.
  const tell = gatherTick<Order>(orders => {
    if (link === null) throw new Error('The browser is opened before the first test, not earlier.')
    link.tell(orders)
  })

  function hear(report: Report): void {
    switch (report.is) {
      case 'turned':
        states.set(report.source, report.state)
        break
      case 'answer':
      case 'failure':
        outcomes.get(report.id)?.(report)
        outcomes.delete(report.id)
        break
      case 'question':
        void judge(report)
        break
      case 'trouble':
        throw new Error(`In the browser: ${report.message}`)
    }
  }

  async function judge({ id, client, answer }: Extract<Report, { is: 'question' }>): Promise<void> {
    tell({ do: 'judge', id, verdict: (await judges.get(client)?.(answer)) ?? false })
  }

  async function send(client: number, url: string, given: ContractRequest) {
    const id = count++
    const outcome = new Promise<Outcome>(resolve => outcomes.set(id, resolve))
    const packed = packBody(given.body)
    packing = packing.then(async () => {
      const request = remoteRequest(given, await packed)
      tell({ do: 'send', id, client, url, request })
    })
    given.signal?.addEventListener('abort', () => tell({ do: 'abort', id }))
    const report = await outcome
    if (report.is === 'answer') return report.answer
    throw errorOf(report.failure)
  }

  function errorOf(failure: RemoteFailure): Error {
    const { identity, message } = failure
    const error = errors.get(identity) ?? Object.assign(new Error(message), failure)
    errors.set(identity, error)
    return error
  }

  return {
    createSource(accessToken, origins) {
      const source = count++
      tell({ do: 'open-source', source, accessToken, origins })
      const turn = (how: Turn, accessToken = '') => tell({ do: 'turn', source, how, accessToken })
      const remote = remoteSource(() => states.get(source) ?? UNTOUCHED, turn)
      numbers.set(remote, source)
      return remote
    },
    clientsOf: kind => (session, options) => {
      const client = count++
      const source = session === null ? null : (numbers.get(session) ?? null)
      const judge = options?.shouldRefresh
      if (judge !== undefined) judges.set(client, judge)
      tell({ do: 'open-client', client, kind, source, judges: judge !== undefined })
      return {
        send: (url, request = {}) => send(client, url, request),
        streamOf: bytes => new StreamOf(bytes),
        isAborted,
      }
    },
  }
}

type Outcome = Extract<Report, { is: 'answer' | 'failure' }>

const UNTOUCHED: SourceState = { refreshes: 0, waiting: 0, questions: [] }

/** The hands of a session in the browser. */
function remoteSource(
  state: () => SourceState,
  turn: (how: Turn, accessToken?: string) => void,
): HandTurnedSource {
  const elsewhere = (): never => {
    throw new Error('The session is in the browser, and so are the clients that may use it.')
  }
  return {
    get refreshes() {
      return state().refreshes
    },
    get waiting() {
      return state().waiting
    },
    get questions() {
      return state().questions
    },
    expire: () => turn('expire'),
    grant: accessToken => turn('grant', accessToken),
    deny: () => turn('deny'),
    lose: () => turn('lose'),
    age: () => turn('age'),
    seatUser: () => turn('seatUser'),
    confirm: accessToken => turn('confirm', accessToken),
    cancel: () => turn('cancel'),
    signIn: accessToken => turn('signIn', accessToken),
    signOut: () => turn('signOut'),
    allows: elsewhere,
    lease: elsewhere,
    held: elsewhere,
    renew: elsewhere,
    stepUp: elsewhere,
  }
}

function remoteRequest(
  { method, headers, session, signal }: ContractRequest,
  body: RemoteRequest['body'],
): RemoteRequest {
  return {
    ...(method !== undefined && { method }),
    ...(headers !== undefined && { headers }),
    ...(session !== undefined && { session }),
    body,
    signal: signal === undefined ? 'none' : signal.aborted ? 'aborted' : 'live',
  }
}

/** What the client in the browser found, with the very reason in its hand. */
const isAborted: ContractClient['isAborted'] = error =>
  typeof error === 'object' && error !== null && 'isAborted' in error && error.isAborted === true
