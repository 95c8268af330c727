import { accessSync, constants, mkdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { StartupError } from './startup-error.ts'

/**
 * Makes the data folder if it is missing, for this user alone, and returns its full path.
 * @throws {StartupError} `data-folder-unwritable`
 */
export function prepareDataFolder(dataDir: string): string {
  const folder = resolve(dataDir)
  try {
    make(folder)
    accessSync(folder, constants.W_OK | constants.X_OK)
    return folder
  } catch (cause) {
    throw unwritable(folder, cause)
  }
}

/** Returns the one sentence for a folder or file that cannot be written. */
export function unwritable(path: string, cause: unknown): StartupError {
  const detail = cause instanceof Error ? cause.message : String(cause)
  return new StartupError(
    'data-folder-unwritable',
    `The data folder cannot be written (${detail}): make ${path} writable for this user, or choose another with DATA_DIR.`,
    { cause },
  )
}

/** Folder by folder: `recursive` never returns where the system refuses a folder it says is missing (/proc). */
function make(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return
  if (dirname(folder) !== folder) make(dirname(folder))
  mkdirSync(folder, { mode: 0o700 })
}
