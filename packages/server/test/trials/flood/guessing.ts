import { parentPort, workerData } from 'node:worker_threads'

/** What a thread that guesses passwords is told. */
export interface Guessing {
  /** Where the endpoints are. */
  readonly place: string
  /** How many guesses are always under way. */
  readonly guesses: number
}

const { place, guesses } = workerData as Guessing // as `startGuessing` has sent it
let isGuessing = true
let answered = 0

parentPort?.once('message', () => {
  isGuessing = false
})
await Promise.all(Array.from({ length: guesses }, guess))
parentPort?.postMessage(answered)

async function guess(): Promise<void> {
  while (isGuessing) {
    const response = await fetch(`${place}/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ email: `${crypto.randomUUID()}@bar.example`, password: 'a guess' }),
    })
    await response.arrayBuffer()
    if (response.status !== 401) throw new Error(`A guess was answered ${response.status}`)
    if (answered++ === 0) parentPort?.postMessage(answered)
  }
}
