import { openProfile } from './chromium.ts'
import { openFirefox } from './firefox.ts'
import { createTab, type TabBrowser } from './tab.ts'
import { openWebKit } from './webkit.ts'

/** A host that Chromium finds on this machine: its pages are plain http, and no secure context. */
export const PLAIN_HOST = 'bar.test'

export type Engine = 'chromium' | 'firefox' | 'webkit'

/** Opens a browser of an engine with a new profile; the variables that name the programs are set by the test command. */
export function openBrowser(engine: Engine): Promise<TabBrowser> {
  switch (engine) {
    case 'chromium':
      return openChromium()
    case 'firefox':
      return openFirefox()
    case 'webkit':
      return openWebKit()
  }
}

/** Tells whether the test command found a browser of this engine. */
export function isInstalled(engine: Engine): boolean {
  switch (engine) {
    case 'chromium':
      return true // never optional: without it, the stories fail
    case 'firefox':
      return process.env.FIREFOX_PATH !== undefined
    case 'webkit':
      return process.env.WEBKIT_DRIVER_PATH !== undefined
  }
}

async function openChromium(): Promise<TabBrowser> {
  const profile = await openProfile([`--host-resolver-rules=MAP ${PLAIN_HOST} 127.0.0.1`])
  return {
    async openTab(url) {
      const page = await profile.context.newPage()
      await page.goto(url)
      return createTab({
        run: expression => page.evaluate(expression),
        reload: () => page.reload(),
        close: () => page.close(),
      })
    },
    [Symbol.asyncDispose]: () => profile[Symbol.asyncDispose](),
  }
}
