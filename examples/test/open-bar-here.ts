import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type Database, generateKeys, openDatabase } from '@tabkeeper/server'
import { listen } from '@tabkeeper/server/node'
import { type Bar, createBar } from '../bar-api/src/bar.ts'
import type { App } from './open-bar.ts'

const build = fileURLToPath(new URL('../../scripts/build-demo.mjs', import.meta.url))

/** The bar in this process, with a clock to turn; in front of it are the built pages. */
export interface BarHere extends AsyncDisposable {
  readonly origin: string
  readonly auth: Bar['auth']
  readonly database: Database
  /** How far the server's clock is ahead of the machine's, in milliseconds. */
  clockOffset: number
}

export const password = 'a good long password'

/** Those who work here, and guests: one with as long a name as people have. Everybody's password is `password`. */
export const people = {
  kim: { name: 'Kim', email: 'kim@bar.test', role: 'customer' },
  noor: {
    name: 'Noor Wolfeschlegelsteinhausenbergerdorff',
    email: 'noor@bar.test',
    role: 'customer',
  },
  sam: { name: 'Sam', email: 'sam@bar.test', role: 'bartender' },
  alex: { name: 'Alex', email: 'alex@bar.test', role: 'bartender' },
  robin: { name: 'Robin', email: 'robin@bar.test', role: 'admin' },
} as const satisfies Record<string, { name: string; email: string; role: App }>

export type Who = keyof typeof people

/** How long that may take on a busy machine, in milliseconds. */
export const buildTime = 300_000

/** Builds the pages if they are not built. */
export function buildPages(): void {
  execFileSync(process.execPath, [build], { stdio: 'inherit' })
}

/** Opens a bar with an empty database on a free port, and so with an origin and a storage of its own. */
export async function openBarHere(): Promise<BarHere> {
  const database = await openDatabase({ url: ':memory:' })
  let clockOffset = 0
  const bar = await createBar({
    database,
    keys: await generateKeys(),
    rateLimits: false,
    // Over after eleven minutes, when every session is still far from its idle end.
    accessTokenTtl: 10 * 60_000,
    clock: { now: () => Date.now() + clockOffset },
  })
  for (const person of Object.values(people)) await bar.auth.users.create({ ...person, password })
  const server = await listen({ port: 0, hostname: '127.0.0.1', fetch: bar.fetch })
  return {
    origin: `http://localhost:${server.port}`,
    auth: bar.auth,
    database,
    get clockOffset() {
      return clockOffset
    },
    set clockOffset(milliseconds) {
      clockOffset = milliseconds
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([server.close(0), bar.auth.close()])
      await database.close()
    },
  }
}
