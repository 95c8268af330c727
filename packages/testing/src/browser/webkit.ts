import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { Readable } from 'node:stream'
import { openProxy } from './proxy.ts'
import { createTab, type TabBrowser } from './tab.ts'
import { connectWebDriver } from './web-driver.ts'

/** On a busy machine the driver misses now and then that its browser came up, and waits for it for ever. All tries together take less than a hook may. */
const STARTS = 5

/** Opens WebKitGTK with a new profile, on a display of its own, by the driver that `WEBKIT_DRIVER_PATH` names. */
export async function openWebKit(): Promise<TabBrowser> {
  const program = process.env.WEBKIT_DRIVER_PATH
  if (program === undefined) throw new Error('WEBKIT_DRIVER_PATH is not set.')
  for (let start = 1; ; start++) {
    try {
      return await startWebKit(program)
    } catch (error) {
      if (start === STARTS) throw error
    }
  }
}

async function startWebKit(program: string): Promise<TabBrowser> {
  const screen = await openDisplay()
  const proxy = await openProxy()
  const port = await freePort()
  const driver = spawn(program, [`--port=${port}`, '--host=127.0.0.1'], {
    stdio: 'ignore',
    env: {
      ...process.env,
      DISPLAY: screen.display,
      GDK_BACKEND: 'x11',
      NO_AT_BRIDGE: '1',
      LIBGL_ALWAYS_SOFTWARE: '1',
      WEBKIT_DISABLE_COMPOSITING_MODE: '1',
    },
  })
  const stop = async () => {
    await end(driver)
    await end(screen.process)
    await proxy[Symbol.asyncDispose]()
  }
  try {
    const remote = await connectWebDriver(`http://127.0.0.1:${port}`, {
      proxy: {
        proxyType: 'manual',
        httpProxy: proxy.address,
        noProxy: ['localhost', '127.0.0.1'],
      },
    })
    return {
      async openTab(url) {
        const window = await remote.openWindow(url)
        return createTab({
          run: expression => remote.run(window, expression),
          goto: url => remote.goto(window, url),
          back: () => remote.back(window),
          reload: () => remote.reload(window),
          close: () => remote.close(window),
        })
      },
      async [Symbol.asyncDispose]() {
        await remote.quit().finally(stop)
      },
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function openDisplay(): Promise<{ process: ChildProcess; display: string }> {
  // With -displayfd the server picks a free number and says which.
  const args = ['-displayfd', '3', '-screen', '0', '1280x800x24', '-nolisten', 'tcp']
  const process = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
  const pipe = process.stdio[3] as Readable // 'pipe' above, and a child only writes to it
  const [number] = await once(pipe, 'data')
  return { process, display: `:${String(number).trim()}` }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}
