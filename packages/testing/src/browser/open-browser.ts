import { openChromium } from './chromium-tabs.ts'
import { openFirefox } from './firefox.ts'
import type { TabBrowser } from './tab.ts'
import { openWebKit } from './webkit.ts'

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

/**
 * Tells whether pages of this engine live as they do before people: hidden behind others, and put into
 * the back/forward cache. In the headless shell of Chromium that is among the dev dependencies, every
 * page is seen for as long as it is there; a whole Chromium hides and keeps them.
 */
export function hasPageLife(engine: Engine): boolean {
  const isShell = engine === 'chromium' && process.env.CHROMIUM_LIBRARIES !== undefined
  return isInstalled(engine) && !isShell
}
