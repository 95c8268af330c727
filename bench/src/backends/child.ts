import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Order, SubjectOptions } from './subjects/subject.ts'

/** A subject that has started. */
export interface Running extends AsyncDisposable {
  readonly port: number
  requests(kind: string, count: number): Promise<readonly string[]>
  refreshTokens(kind: string, count: number): Promise<readonly string[]>
  /** Microseconds of processor time that its process has used. */
  cpu(): Promise<number>
}

/** Starts a subject in a process of its own, as in production. */
export async function startSubject(id: string, options: SubjectOptions): Promise<Running> {
  const file = fileURLToPath(new URL(`subjects/${id}.ts`, import.meta.url))
  const child = fork(file, {
    env: { ...process.env, NODE_ENV: 'production' },
    execArgv: ['--conditions=@tabkeeper/source', '--no-warnings'],
  })
  const pending = new Map<number, PromiseWithResolvers<unknown>>()
  child.on('message', ({ id, value, error }: { id: number; value?: unknown; error?: string }) => {
    if (error === undefined) pending.get(id)?.resolve(value)
    else pending.get(id)?.reject(new Error(error))
    pending.delete(id)
  })
  child.on('exit', code => {
    for (const one of pending.values()) one.reject(new Error(`${id} ended with ${code}.`))
  })
  let orders = 0
  function tell<Answer>(order: Order): Promise<Answer> {
    const number = ++orders
    const answer = Promise.withResolvers<unknown>()
    pending.set(number, answer)
    child.send({ id: number, order })
    // The process answers each order with what `obey` says.
    return answer.promise as Promise<Answer>
  }
  async function end(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.disconnect()
    await once(child, 'exit')
  }
  try {
    return {
      port: await tell<number>({ is: 'start', options }),
      requests: (kind, count) => tell({ is: 'requests', kind, count }),
      refreshTokens: (kind, count) => tell({ is: 'refreshTokens', kind, count }),
      cpu: () => tell({ is: 'cpu' }),
      [Symbol.asyncDispose]: end,
    }
  } catch (error) {
    await end()
    throw error
  }
}
