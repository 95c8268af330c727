import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleSubject } from '../bundle.ts'
import type { Listed } from '../peers/catalogue.ts'
import type { Host } from './host.ts'

/** Starts a process of its own for a subject, so that no other has shaped the machine code that it runs. */
export async function startNode(listed: Listed): Promise<Host> {
  const folder = await mkdtemp(join(tmpdir(), 'tabkeeper-bench-'))
  const file = join(folder, 'subject.mjs')
  await writeFile(file, await bundleSubject(listed))
  const child = fork(
    fileURLToPath(new URL('node-process.mjs', import.meta.url)),
    [file, ...(listed.needs ?? [])],
    {
      execArgv: ['--expose-gc', '--no-warnings'],
    },
  )
  const pending = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  child.on('message', (message: { id: number; value?: unknown; error?: string }) => {
    const waiting = pending.get(message.id)
    pending.delete(message.id)
    if (message.error === undefined) waiting?.resolve(message.value)
    else waiting?.reject(new Error(message.error))
  })
  child.on('exit', code => {
    for (const { reject } of pending.values())
      reject(new Error(`The process of ${listed.name} ended with ${code}.`))
  })
  let calls = 0
  return {
    call(name, ...args) {
      const id = ++calls
      const answer = new Promise<unknown>((resolve, reject) => {
        pending.set(id, { resolve, reject })
      })
      child.send({ id, name, args })
      // The process answers with what the subject's method of this name returned.
      return answer as ReturnType<Host['call']> as never
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null) {
        child.disconnect()
        await once(child, 'exit')
      }
      await rm(folder, { recursive: true, force: true })
    },
  }
}
