import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { endWithUs } from './end-with-us.ts'
import { freePort } from './free-port.ts'

/** Whether there is a Redis to be started; CI must have one. */
export const hasRedis = (() => {
  const found = spawnSync('redis-server', ['--version']).status === 0
  if (!found && process.env.CI === 'true') throw new Error('CI needs a redis-server')
  return found
})()

/** Starts an empty Redis on a free port of the loopback address, to be stopped by the caller. */
export async function startRedis() {
  const port = await freePort()
  let child: ChildProcess | undefined
  async function start(): Promise<void> {
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
    const started = endWithUs(spawn('redis-server', args))
    child = started
    await new Promise<void>((resolve, reject) => {
      started.on('error', reject)
      started.stdout.on('data', chunk => {
        if (String(chunk).includes('Ready to accept connections')) resolve()
      })
    })
  }
  async function stop(): Promise<void> {
    const running = child
    if (!running || running.exitCode !== null) return
    const ended = new Promise(resolve => running.once('exit', resolve))
    running.kill('SIGKILL')
    await ended
  }
  await start()
  return { url: `redis://127.0.0.1:${port}`, start, stop }
}
