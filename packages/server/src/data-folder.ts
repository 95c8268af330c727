import { accessSync, constants, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { StartupError } from './startup-error.ts'

/**
 * Makes the data folder if it is missing, for this user alone and none of git's business, and returns its
 * full path.
 * @throws {StartupError} `data-folder-unwritable`
 */
export function prepareDataFolder(dataDir: string): string {
  const folder = resolve(dataDir)
  try {
    // In it are keys and people; it often lies in a repository that somebody adds as a whole.
    if (make(folder)) writeFileSync(join(folder, '.gitignore'), '*\n')
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

/**
 * Returns whether the folder was missing. Folder by folder: `recursive` never returns where the system
 * refuses a folder it says is missing (/proc).
 */
function make(folder: string): boolean {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return false
  if (dirname(folder) !== folder) make(dirname(folder))
  mkdirSync(folder, { mode: 0o700 })
  return true
}
