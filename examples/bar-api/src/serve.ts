import { readSettings } from '@tabkeeper/server/node'
import type { DemoAccount } from './demo-accounts.ts'
import { openStage } from './stage.ts'

/**
 * Opens the bar as the environment says (`PORT`, `DATA_DIR`, `DATABASE_URL`, `ACCESS_TOKEN_TTL` and
 * the others of `tabkeeper-server --help`). Resolves with the function that closes it.
 */
export async function serve(env: NodeJS.ProcessEnv): Promise<() => Promise<void>> {
  const settings = readSettings(env)
  const isOwnMachine = ['127.0.0.1', '::1', 'localhost'].includes(settings.hostname)
  const stage = await openStage(settings, env, isOwnMachine && env.NODE_ENV !== 'production')

  console.log(welcome(`http://localhost:${stage.port}`, stage.accounts, stage.location))
  for (const app of stage.missing) {
    console.log(`The ${app} app is not built, so its pages are missing: "npm start" builds it.\n`)
  }
  return async () => {
    console.log('\nClosing the bar. Everybody stays signed in.')
    await stage.close()
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
