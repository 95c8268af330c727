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
export async function openProfile(more: readonly string[] = []): Promise<Profile> {
  const { path: executablePath, env, args } = chromiumProgram()
  const folder = await createFolder()
  const context = await chromium.launchPersistentContext(folder.path, {
    executablePath,
    headless: true,
    env,
    args: [...args, ...more],
  })
  return {
    context,
    async [Symbol.asyncDispose]() {
      await context.close()
      await folder[Symbol.asyncDispose]()
    },
  }
}

/** What to start, and how; throws where the test command has found no Chromium. */
export function chromiumProgram(): { path: string; env: NodeJS.ProcessEnv; args: string[] } {
  const { CHROMIUM_PATH: path, CHROMIUM_LIBRARIES: libraries } = process.env
  if (path === undefined)
    throw new Error(
      'CHROMIUM_PATH is not set: run the stories by "npm test", which finds a browser.',
    )
  return {
    path,
    env: { ...process.env, ...(libraries && { LD_LIBRARY_PATH: libraries }) },
    args: [
      '--disable-background-networking',
      '--disable-component-update',
      '--no-first-run',
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  }
}

/** A new folder for a profile. */
export async function createFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'tabkeeper-profile-'))
  return {
    path,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 3 }),
  }
}
