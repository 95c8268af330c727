// Becomes the subject whose script its argument names, and does what it is told to. Node has no web
// storage of its own without a file for it, so one in memory takes its place: the peers' gain.
import { pathToFileURL } from 'node:url'

class MemoryStorage {
  #items = new Map()
  getItem(key) {
    return this.#items.get(String(key)) ?? null
  }
  setItem(key, value) {
    this.#items.set(String(key), String(value))
    Object.defineProperty(this, key, { enumerable: true, configurable: true, value })
  }
  removeItem(key) {
    this.#items.delete(key)
    delete this[key]
  }
  clear() {
    for (const key of [...this.#items.keys()]) this.removeItem(key)
  }
}

const define = (name, value) =>
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })
define('localStorage', new MemoryStorage())
const needs = process.argv.slice(3)
if (needs.includes('window')) {
  define('window', globalThis)
  define('location', new URL('http://localhost/'))
}
if (needs.includes('document')) define('document', { cookie: '' })

// Ten thousand requests at once would open as many sockets. The symbol is where Node's fetch keeps its
// dispatcher; it is there after the first use.
const DISPATCHER = Symbol.for('undici.globalDispatcher.2')
await fetch('http://127.0.0.1:1').catch(() => {})
const Agent = globalThis[DISPATCHER]?.constructor
if (Agent !== undefined) globalThis[DISPATCHER] = new Agent({ connections: 32 })

await import(pathToFileURL(process.argv[2]).href)
process.on('message', async ({ id, name, args }) => {
  try {
    process.send({ id, value: await globalThis.subject[name](...args) })
  } catch (error) {
    process.send({ id, error: error.stack })
  }
})
process.on('disconnect', () => process.exit())
