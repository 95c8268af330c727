import { setTimeout as wait } from 'node:timers/promises'
import { freePort } from '../../support/free-port.ts'
import { launchServer, type ServerProcess } from '../../support/server-process.ts'

export type Fleet = Awaited<ReturnType<typeof openFleet>>

/**
 * Starts so many instances of the command on ports of their own, and starts each anew whenever it ends, as
 * a supervisor does.
 */
export async function openFleet(size: number, env: NodeJS.ProcessEnv) {
  const complaints: string[] = []
  const current: (ServerProcess | undefined)[] = []
  let isOpen = true

  async function supervise(index: number, port: number): Promise<void> {
    while (isOpen) {
      const server = launchServer({ ...env, PORT: String(port) })
      current[index] = server
      const hasStarted = await server.url.then(
        () => true,
        () => false,
      )
      const { errors } = await server.ended
      if (hasStarted && errors !== '') complaints.push(errors)
      if (!hasStarted) await wait(200)
    }
  }

  const ports = await Promise.all(Array.from({ length: size }, freePort))
  const supervised = ports.map((port, index) => supervise(index, port))
  const isReady = async (port: number) => {
    const signal = AbortSignal.timeout(2_000)
    const response = await fetch(`http://127.0.0.1:${port}/readyz`, { signal }).catch(() => null)
    return response?.status === 200
  }

  return {
    size,
    /** What instances that had started said on the standard error. */
    complaints,
    /** The endpoints of one of them, by chance. */
    place: () => `http://127.0.0.1:${ports[Math.floor(Math.random() * size)]}/api/auth`,
    kill: (index: number) => current[index]?.kill('SIGKILL'),
    /** Resolves when all of them say that they are ready, with how long that took. */
    async allReady(): Promise<number> {
      const begun = performance.now()
      while (!(await Promise.all(ports.map(isReady))).every(Boolean)) await wait(20)
      return performance.now() - begun
    },
    async [Symbol.asyncDispose]() {
      isOpen = false
      for (const server of current) server?.process.kill('SIGKILL')
      await Promise.all(supervised)
    },
  }
}
