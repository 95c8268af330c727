import type { ContractClient, CreateContractClient } from '../auto-refresh-contract.ts'
import { createHandTurnedSource, type HandTurnedSource } from '../hand-turned-source.ts'
import type { Order, RemoteFailure, RemoteRequest, Report } from './messages.ts'
import { unpackBody } from './wire-body.ts'

/**
 * The browser's end of a contract suite that runs in Node: makes clients and sessions, and sends
 * requests, as it is told. For a script in a page, a worker or a service worker; the address of the
 * other end is in the script's own.
 *
 * @example
 * ```ts
 * import { withAutoRefresh } from '@tabkeeper/fetch'
 *
 * serveContract({
 *   fetch: session => {
 *     const call = session ? withAutoRefresh(fetch, session) : fetch
 *     return {
 *       async send(url) {
 *         const response = await call(url)
 *         return { status: response.status, headers: {}, text: await response.text() }
 *       },
 *       streamOf: bytes => new Response(bytes.slice()).body,
 *       isAborted: (error, reason) => error === reason,
 *     }
 *   },
 * })
 * ```
 */
export function serveContract(kinds: Readonly<Record<string, CreateContractClient>>): void {
  const sources = new Map<number, HandTurnedSource>()
  const clients = new Map<number, ContractClient>()
  const controllers = new Map<number, AbortController>()
  const verdicts = new Map<number, (verdict: boolean) => void>()
  const identities = new Map<unknown, number>()

  const socket = new WebSocket(new URL('/control', location.href.replace(/^http/, 'ws')))
  const report = (what: Report) => socket.send(JSON.stringify(what))
  socket.onopen = () => report({ is: 'ready' })
  socket.onmessage = ({ data }) => {
    const orders: readonly Order[] = JSON.parse(data)
    for (const order of orders) {
      try {
        carryOut(order)
      } catch (error) {
        report({ is: 'trouble', message: String(error) })
      }
    }
  }

  function carryOut(order: Order): void {
    switch (order.do) {
      case 'open-source':
        openSource(order)
        break
      case 'turn':
        sources.get(order.source)?.[order.how](order.accessToken)
        break
      case 'open-client':
        openClient(order)
        break
      case 'send':
        void send(order)
        break
      case 'abort':
        controllers.get(order.id)?.abort(reason())
        break
      case 'judge':
        verdicts.get(order.id)?.(order.verdict)
    }
  }

  function openSource({ source: id, accessToken, origins }: OrderTo<'open-source'>): void {
    const source = createHandTurnedSource(accessToken, origins, () => {
      const { refreshes, waiting, questions } = source
      report({ is: 'turned', source: id, state: { refreshes, waiting, questions } })
    })
    sources.set(id, source)
  }

  function openClient({ client: id, kind, source, judges }: OrderTo<'open-client'>): void {
    const create = kinds[kind]
    if (create === undefined) throw new TypeError(`There is no client '${kind}' in the page.`)
    const session = source === null ? null : (sources.get(source) ?? null)
    const shouldRefresh = (answer: Awaited<ReturnType<ContractClient['send']>>) =>
      new Promise<boolean>(resolve => {
        const question = verdicts.size
        verdicts.set(question, resolve)
        report({ is: 'question', id: question, client: id, answer })
      })
    clients.set(id, create(session, judges ? { shouldRefresh } : {}))
  }

  async function send({ id, client: name, url, request }: OrderTo<'send'>): Promise<void> {
    const client = clients.get(name)
    if (client === undefined) throw new TypeError('There is no such client in the page.')
    const controller = new AbortController()
    controllers.set(id, controller)
    if (request.signal === 'aborted') controller.abort(reason())
    try {
      const sent = client.send(url, unpack(request, client, controller.signal))
      report({ is: 'answer', id, answer: await sent })
    } catch (error) {
      report({ is: 'failure', id, failure: failureOf(error, client, controller.signal) })
    }
  }

  function unpack(
    { body, signal: kind, ...request }: RemoteRequest,
    client: ContractClient,
    signal: AbortSignal,
  ) {
    return {
      ...request,
      ...(body && { body: unpackBody(body, client.streamOf) }),
      ...(kind !== 'none' && { signal }),
    }
  }

  function failureOf(
    error: unknown,
    client: ContractClient,
    { reason }: AbortSignal,
  ): RemoteFailure {
    const { name, message, code, retryable } = error as Error & Record<string, unknown> // what hosts reject with
    const identity = identities.get(error) ?? identities.size
    identities.set(error, identity)
    return { identity, name, message, code, retryable, isAborted: client.isAborted(error, reason) }
  }
}

const reason = () => new Error('a reason of the page’s own')

type OrderTo<What extends Order['do']> = Extract<Order, { do: What }>
