import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { prepareDataFolder, unwritable } from '../data-folder.ts'
import { StartupError } from '../startup-error.ts'
import {
  generateKeyMaterial,
  generateKeys,
  type KeyMaterial,
  readKeys,
  type ServerKeys,
} from './server-keys.ts'

export interface KeySource {
  /** Where development keys are kept, in `keys.json`; without it they live as long as the process. */
  dataDir?: string | undefined
  /** Read for `REFRESH_TOKEN_KEYS`, `ACCESS_TOKEN_KEYS` and `NODE_ENV`. */
  env: Readonly<Record<string, string | undefined>>
}

/**
 * Loads the keys of a deployment: from the environment if it has them, otherwise from the data
 * folder, where they are generated once. In production only the environment will do.
 *
 * @throws {StartupError} `keys-missing` or `keys-unusable`, saying what to set.
 * @example
 * const keys = await loadKeys({ dataDir: '.data', env: process.env })
 */
export async function loadKeys({ dataDir, env }: KeySource): Promise<ServerKeys> {
  const { REFRESH_TOKEN_KEYS: refreshTokenKeys, ACCESS_TOKEN_KEYS: accessTokenKeys } = env
  if (refreshTokenKeys && accessTokenKeys) {
    return read(
      { refreshTokenKeys, accessTokenKeys },
      'Set it to the output of "tabkeeper-server generate-keys".',
    )
  }
  if (env.NODE_ENV === 'production' || refreshTokenKeys || accessTokenKeys) {
    const missing = [
      refreshTokenKeys ? [] : 'REFRESH_TOKEN_KEYS',
      accessTokenKeys ? [] : 'ACCESS_TOKEN_KEYS',
    ].flat()
    throw new StartupError(
      'keys-missing',
      `${missing.join(' and ')} must be set: run "tabkeeper-server generate-keys" once and keep what it prints in the environment.`,
    )
  }
  if (!dataDir) return generateKeys()
  const file = join(prepareDataFolder(dataDir), 'keys.json')
  return read(readStored(file) ?? (await generateStored(file)), `It was read from ${file}.`)
}

async function read(material: KeyMaterial, hint: string): Promise<ServerKeys> {
  try {
    return await readKeys(material)
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause)
    throw new StartupError('keys-unusable', `${problem}. ${hint}`, { cause })
  }
}

const storedKeys = z.object({ refreshTokenKeys: z.string(), accessTokenKeys: z.string() })

function readStored(file: string): KeyMaterial | null {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return null
  }
  try {
    return storedKeys.parse(JSON.parse(text))
  } catch (cause) {
    // Replacing it would sign everybody out, so that is left to the operator.
    throw new StartupError(
      'keys-unusable',
      `The key file ${file} cannot be read: restore it, or delete it to sign everybody out and begin with new keys.`,
      { cause },
    )
  }
}

/** Writes a whole file beside the target and links it: there is never half a file, nor two winners. */
async function generateStored(file: string): Promise<KeyMaterial> {
  const material = await generateKeyMaterial()
  const draft = `${file}.${process.pid}`
  try {
    writeFileSync(draft, `${JSON.stringify(material, null, 2)}\n`, { mode: 0o600, flush: true })
    linkSync(draft, file)
    return material
  } catch (cause) {
    const stored = readStored(file)
    if (stored) return stored
    throw unwritable(file, cause)
  } finally {
    rmSync(draft, { force: true })
  }
}
