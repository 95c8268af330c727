// Does what import-all.mjs does, in a worker, and ends when the worker has ended by itself.
import { Worker } from 'node:worker_threads'

new Worker(new URL('import-all.mjs', import.meta.url), { argv: process.argv.slice(2) })
