/** How many reads are under way at a time: the other connections are for whoever writes. */
const lanes = 2

/** More keys than this wait for the next read. */
const most = 100

interface Waiting<Key, Value> {
  readonly key: Key
  resolve(value: Value): void
  reject(cause: unknown): void
}

/**
 * Returns the function that reads one value by its key. It is read at once; while as many reads are under
 * way as there may be, keys wait, and those that wait are read together. So a database that has little to
 * do answers as soon as it can, and one that has much to do is asked less often. What is read was never
 * read before it was asked for.
 *
 * @param read Returns the values in the order of the keys.
 */
export function readTogether<Key, Value>(
  read: (keys: readonly Key[]) => Promise<readonly Value[]>,
): (key: Key) => Promise<Value> {
  const waiting: Waiting<Key, Value>[] = []
  let underWay = 0

  async function readAll(): Promise<void> {
    underWay++
    while (waiting.length > 0) {
      const some = waiting.splice(0, most)
      try {
        const values = await read(some.map(({ key }) => key))
        for (const [index, { resolve }] of some.entries()) {
          resolve(values[index] as Value) // there are as many values as keys
        }
      } catch (cause) {
        for (const { reject } of some) reject(cause)
      }
    }
    underWay--
  }

  return key =>
    new Promise((resolve, reject) => {
      waiting.push({ key, resolve, reject })
      if (underWay < lanes) void readAll()
    })
}
