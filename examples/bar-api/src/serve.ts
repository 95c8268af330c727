import { loadKeys, openDatabase } from '@tabkeeper/server'
import { listen, readSettings } from '@tabkeeper/server/node'
import { createBar } from './bar.ts'
import { type DemoAccount, ensureDemoAccounts } from './demo-accounts.ts'

/**
 * Opens the bar as the environment says (`PORT`, `DATA_DIR`, `DATABASE_URL`, `ACCESS_TOKEN_TTL` and
 * the others of `tabkeeper-server --help`). Resolves with the function that closes it.
 */
export async function serve(env: NodeJS.ProcessEnv): Promise<() => Promise<void>> {
  const settings = readSettings(env)
  const { dataDir, databaseUrl: url, ...options } = settings
  const keys = await loadKeys({ dataDir, env })
  const database = await openDatabase({ url, dataDir })
  const { auth, fetch, missing } = await createBar({ ...options, database, keys })
  const accounts = await ensureDemoAccounts(auth.users, dataDir)
  const server = await listen({ ...settings, fetch })

  console.log(welcome(`http://localhost:${server.port}`, accounts, database.location))
  for (const app of missing) {
    console.log(`The ${app} app is not built, so its pages are missing: "npm start" builds it.\n`)
  }
  return async () => {
    console.log('\nClosing the bar. Everybody stays signed in.')
    await server.close()
    await auth.close()
    await database.close()
  }
}

function welcome(origin: string, accounts: readonly DemoAccount[], location: string): string {
  const width = Math.max(...accounts.map(({ email }) => email.length))
  const doors = accounts.map(({ role, email, password }) =>
    [
      `  ${role.padEnd(9)}  ${origin}/${role}/`,
      `  ${' '.repeat(9)}  ${email.padEnd(width)}   ${password}`,
    ].join('\n'),
  )
  return `
The bar is open: ${origin}

${doors.join('\n\n')}

Accounts and passwords were made up for this data folder.
Data: ${location}
Stop with Ctrl-C.
`
}
