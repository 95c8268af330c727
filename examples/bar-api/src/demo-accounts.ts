import { randomInt } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { UserStore } from '@tabkeeper/server'
import { z } from 'zod'

/** Somebody who can try the bar out. */
export type DemoAccount = z.infer<typeof demoAccount>
const demoAccount = z.object({
  role: z.enum(['customer', 'bartender', 'admin']),
  name: z.string(),
  email: z.string(),
  password: z.string(),
})

const people = [
  { role: 'customer', name: 'Kim', email: 'kim@bar.example' },
  { role: 'bartender', name: 'Sam', email: 'sam@bar.example' },
  // Two share the counter's tablet.
  { role: 'bartender', name: 'Alex', email: 'alex@bar.example' },
  { role: 'admin', name: 'Robin', email: 'robin@bar.example' },
] as const

/**
 * Makes sure that there is an account for each role, and returns them with their passwords. These
 * are made up at the first start and kept in the data folder; who loses that file gets new ones.
 */
export async function ensureDemoAccounts(
  users: UserStore,
  dataDir: string,
): Promise<DemoAccount[]> {
  const file = join(dataDir, 'demo-accounts.json')
  const known = readAccounts(file)
  const accounts = people.map(person => {
    const password = known.find(({ email }) => email === person.email)?.password
    return { ...person, password: password ?? makePassword() }
  })
  if (accounts.some(account => !known.some(({ password }) => password === account.password))) {
    writeFileSync(file, `${JSON.stringify(accounts, null, 2)}\n`, { mode: 0o600, flush: true })
  }
  for (const account of accounts) await ensureAccount(users, account)
  return accounts
}

async function ensureAccount(users: UserStore, account: DemoAccount): Promise<void> {
  if (await users.authenticate(account.email, account.password)) return
  const existing = await users.findByEmail(account.email)
  if (existing) await users.setPassword(existing.id, account.password)
  else await users.create(account)
}

function readAccounts(file: string): readonly DemoAccount[] {
  try {
    return z.array(demoAccount).parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return []
  }
}

/** 80 random bits in characters that nobody confuses: `k7qf-m2xp-9rtd-h4wn`. */
function makePassword(): string {
  const letters = 'abcdefghijkmnpqrstuvwxyz23456789'
  const group = () => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('')
  return Array.from({ length: 4 }, group).join('-')
}
