import type { Order } from '@tabkeeper-examples/house/bar'
import { failureCode, failureInWords } from '@tabkeeper-examples/house/failure'
import { useState } from 'react'
import type { Place } from './place.ts'

/**
 * Marks orders as made. An order leaves the queue with the touch; when the server does not agree it
 * is back, with the reason.
 */
export function useMaking(bar: Place['bar']) {
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set())
  const [troubles, setTroubles] = useState<ReadonlyMap<string, string>>(new Map())
  const [latest, setLatest] = useState<Order | null>(null)

  async function markMade(order: Order) {
    setTroubles(before => without(before, order.id))
    setGone(before => new Set(before).add(order.id))
    try {
      await bar.markMade(order.id)
      setLatest(order)
    } catch (error) {
      if (failureCode(error) === 'order_not_found') return
      setGone(before => new Set([...before].filter(id => id !== order.id)))
      setTroubles(before => new Map(before).set(order.id, failureInWords(error)))
    }
  }

  return { gone, troubles, latest, markMade }
}

function without<K, V>(map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> {
  return new Map([...map].filter(([held]) => held !== key))
}
