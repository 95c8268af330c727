import { isSessionError } from '@tabkeeper/core'
import type * as z from 'zod/mini'
import { ApiError, refusal } from './api-error.ts'
import { menu, order, orders } from './bar.ts'

/** An order on its way to the bar. */
export interface NewOrder {
  readonly items: readonly { readonly menu_item_id: string; readonly quantity: number }[]
  readonly note?: string
}

/**
 * Returns the bar's API as functions over a `fetch` that knows the session. Each answers with what
 * the server sent, looked at, or throws an `ApiError` or the session's own `SessionError`.
 */
export function createBarApi(fetch: typeof globalThis.fetch) {
  const call = async <T>(path: string, answer: z.ZodMiniType<T>, init: RequestInit) => {
    const response = await fetch(`/api${path}`, init).catch(withoutAnswer)
    const body: unknown = await response.json().catch(() => null)
    if (!response.ok) throw refusal(response.status, body, response.headers.get('retry-after'))
    const parsed = answer.safeParse(body)
    if (!parsed.success) throw new ApiError('unreadable', 'Not an answer of the bar’s server.')
    return parsed.data
  }

  return {
    menu: async (signal?: AbortSignal) => (await call('/menu', menu, get(signal))).items,
    myOrders: async (signal?: AbortSignal) =>
      (await call('/orders/mine', orders, get(signal))).orders,
    openOrders: async (signal?: AbortSignal) =>
      (await call('/orders?status=open', orders, get(signal))).orders,
    placeOrder: (wanted: NewOrder) => call('/orders', order, post(wanted)),
    markMade: (id: string) => call(`/orders/${encodeURIComponent(id)}/made`, order, post({})),
  }
}

function withoutAnswer(cause: unknown): never {
  throw isSessionError(cause) ? cause : new ApiError('unreachable', 'No answer.', { cause })
}

const get = (signal?: AbortSignal): RequestInit => ({
  signal: signal ? AbortSignal.any([signal, patience()]) : patience(),
})

const post = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
  signal: patience(),
})

/** Nobody in a bar waits longer than this. */
const patience = () => AbortSignal.timeout(15_000)
