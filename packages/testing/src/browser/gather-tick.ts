/**
 * Gathers what is given in one tick, the microtasks after it included, and hands it over as one list.
 */
export function gatherTick<T>(handOver: (list: readonly T[]) => void): (one: T) => void {
  let list: T[] = []
  return one => {
    if (list.push(one) > 1) return
    setImmediate(() => {
      const gathered = list
      list = []
      handOver(gathered)
    })
  }
}
