import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium } from 'playwright-core'

/** One browser profile; its pages are tabs that share storage, locks, channels and cookies. */
export interface Profile extends AsyncDisposable {
  readonly context: BrowserContext
}

/**
 * Opens Chromium with a new profile. The program is named by `CHROMIUM_PATH`, which the test command
 * sets; `CHROMIUM_LIBRARIES` names the folder of the shared libraries it brings along, if any. `args`
 * are further switches of the program.
 */
export async function openProfile(args: readonly string[] = []): Promise<Profile> {
  const { CHROMIUM_PATH: executablePath, CHROMIUM_LIBRARIES: libraries } = process.env
  if (executablePath === undefined)
    throw new Error(
      'CHROMIUM_PATH is not set: run the stories by "npm test", which finds a browser.',
    )
  const folder = await mkdtemp(join(tmpdir(), 'tabkeeper-profile-'))
  const context = await chromium.launchPersistentContext(folder, {
    executablePath,
    headless: true,
    env: { ...process.env, ...(libraries && { LD_LIBRARY_PATH: libraries }) },
    args: [
      '--disable-background-networking',
      '--disable-component-update',
      '--no-first-run',
      ...args,
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  })
  return {
    context,
    async [Symbol.asyncDispose]() {
      await context.close()
      await rm(folder, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}
