import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chromiumProgram, createFolder } from './chromium.ts'
import { connectDevTools, type DevTools } from './dev-tools.ts'
import { PLAIN_HOST } from './plain-host.ts'
import { createTab, type ShownTab, type TabBrowser } from './tab.ts'

/** Only Chromium can be told to freeze a tab, as it does by itself with one that was hidden for long. */
export interface ChromiumTab extends ShownTab {
  /** Stops everything in the tab, which is hidden by it: timers, promises, answers to requests. */
  freeze(): Promise<void>
  thaw(): Promise<void>
}

/**
 * Opens Chromium with a new profile over its own protocol: pages that Playwright drives count as seen
 * for ever, cannot be frozen and never enter the back/forward cache.
 */
export async function openChromium(): Promise<TabBrowser<ChromiumTab>> {
  const { path, env, args } = chromiumProgram()
  const folder = await createFolder()
  const program = spawn(
    path,
    [
      ...args,
      '--headless=new',
      '--remote-debugging-port=0',
      `--user-data-dir=${folder.path}`,
      `--host-resolver-rules=MAP ${PLAIN_HOST} 127.0.0.1`,
      'about:blank',
    ],
    { env, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const ended = once(program, 'exit')
  const devTools = await connectDevTools(await addressOf(program))
  return {
    openTab: url => openTab(devTools, url),
    async [Symbol.asyncDispose]() {
      // It may be gone before it has answered.
      await devTools.send('Browser.close').catch(() => {})
      await ended
      await folder[Symbol.asyncDispose]()
    },
  }
}

async function openTab(devTools: DevTools, url: string): Promise<ChromiumTab> {
  const { targetId } = await devTools.send('Target.createTarget', { url: 'about:blank' })
  const { sessionId } = await devTools.send('Target.attachToTarget', { targetId, flatten: true })
  const session = String(sessionId)
  const send = (method: string, params?: object) => devTools.send(method, params, session)
  const loading = async (method: string, params?: object) => {
    const loaded = devTools.next('Page.loadEventFired', session)
    await send(method, params)
    await loaded
  }
  await send('Page.enable')
  const tab = createTab({
    run: expression => run(send, expression),
    goto: url => loading('Page.navigate', { url }),
    back: () => send('Runtime.evaluate', { expression: 'history.back()' }),
    reload: () => loading('Page.reload'),
    close: () => devTools.send('Target.closeTarget', { targetId }),
  })
  await tab.goto(url)
  return {
    ...tab,
    async show() {
      await devTools.send('Target.activateTarget', { targetId })
    },
    async freeze() {
      await send('Page.setWebLifecycleState', { state: 'frozen' })
    },
    async thaw() {
      await send('Page.setWebLifecycleState', { state: 'active' })
    },
  }
}

async function run(
  send: (method: string, params: object) => Promise<Record<string, unknown>>,
  expression: string,
): Promise<unknown> {
  const answer = await send('Runtime.evaluate', {
    expression,
    awaitPromise: true,
    returnByValue: true,
    // What a page's policy forbids is forbidden to what is run in it, too.
    allowUnsafeEvalBlockedByCSP: false,
  })
  const { result, exceptionDetails } = answer as {
    // as the protocol describes the result of `Runtime.evaluate`
    result: { value?: unknown }
    exceptionDetails?: { text: string; exception?: { description?: string } }
  }
  if (exceptionDetails === undefined) return result.value
  throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
}

/** The program says on its standard error where it listens. */
async function addressOf(program: ChildProcess): Promise<string> {
  let said = ''
  for await (const part of program.stderr ?? []) {
    said += part
    const address = /DevTools listening on (\S+)\n/.exec(said)?.[1]
    if (address !== undefined) return address
  }
  throw new Error(`Chromium did not start:\n${said}`)
}
