// Imports a list of entries and tells what that did to the world. A list of what is imported before that
// comes first: what it does is not told.
import process from 'node:process'

const [others, entries] = process.argv.slice(2).map(list => list.split(','))
for (const other of others) await import(other)

const traces = []
for (const name of [
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'fetch',
  'addEventListener',
])
  watch(globalThis, name)
for (const name of ['on', 'once', 'addListener', 'prependListener', 'emitWarning'])
  watch(process, name, `process.${name}`)
for (const name of ['log', 'info', 'warn', 'error', 'debug'])
  watch(console, name, `console.${name}`)
for (const name of ['BroadcastChannel', 'MessageChannel', 'Worker', 'WebSocket', 'AbortController'])
  watchClass(name)
const names = Reflect.ownKeys(globalThis)
const resources = openResources().length

const exported = {}
for (const entry of entries) exported[entry] = Object.keys(await import(entry)).sort()

for (const name of Reflect.ownKeys(globalThis).filter(name => !names.includes(name)))
  traces.push(`globalThis.${String(name)} appeared`)
if (openResources().length > resources) traces.push(`left open: ${openResources()}`)

// Written by hand: the console is watched. The process has to end by itself after this.
process.stdout.write(`${JSON.stringify({ exported, traces })}\n`)

/** An immediate is over with its turn. Those of the modules are watched; Node's loader has some of its own. */
function openResources() {
  return process.getActiveResourcesInfo().filter(kind => kind !== 'Immediate')
}

function watch(host, name, label = name) {
  const original = host[name]
  if (typeof original !== 'function') return
  host[name] = function (...args) {
    traces.push(`${label} was called`)
    return original.apply(this, args)
  }
}

function watchClass(name) {
  const Original = globalThis[name]
  if (!Original) return
  globalThis[name] = class extends Original {
    constructor(...args) {
      super(...args)
      traces.push(`new ${name}`)
    }
  }
}
