// Lets workers do portions of work: as many at a time as there are cores to be used.
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'

/** @returns how many workers so many portions can make use of */
export const coresFor = portions => Math.min(availableParallelism(), portions)

/**
 * Gives the portions to workers that run `url`; tells of each result as it comes, and of all in the end.
 *
 * @param {URL} url what a worker runs: it answers each message with one message
 * @param {unknown[]} portions is empty in the end
 */
export async function inWorkers(url, portions, tell = () => {}) {
  const results = []
  const serve = () =>
    new Promise((resolve, reject) => {
      // The packages are run from their source.
      const worker = new Worker(url, { execArgv: ['--conditions=@tabkeeper/source'] })
      const next = () => {
        const portion = portions.shift()
        if (portion !== undefined) return worker.postMessage(portion)
        worker.terminate()
        resolve()
      }
      worker.on('message', result => {
        results.push(result)
        tell(result)
        next()
      })
      worker.on('error', reject)
      next()
    })
  await Promise.all(Array.from({ length: coresFor(portions.length) }, serve))
  return results
}
