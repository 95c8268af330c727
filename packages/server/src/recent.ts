/** What was needed lately; the entry that nobody has asked for longest makes room. */
export interface Recent<Key, Value> {
  get(key: Key): Value | undefined
  set(key: Key, value: Value): void
}

/** @param most How many entries are kept. */
export function createRecent<Key, Value>(most: number): Recent<Key, Value> {
  /** A map keeps the order in which its entries came: the first is the oldest. */
  const entries = new Map<Key, Value>()

  function set(key: Key, value: Value): void {
    entries.delete(key)
    entries.set(key, value)
    if (entries.size <= most) return
    for (const oldest of entries.keys()) {
      entries.delete(oldest)
      return
    }
  }

  return {
    get(key) {
      const value = entries.get(key)
      if (value !== undefined) set(key, value)
      return value
    },
    set,
  }
}
