import { systemClock } from '../clock.ts'
import { migrate } from '../database/migrate.ts'
import { authMigrations } from '../database/migrations.ts'
import { type Database, openDatabase } from '../database/open-database.ts'
import { type AuditTrail, createAuditTrail } from '../events/audit-trail.ts'
import { createEventLog } from '../events/auth-event.ts'
import { readSettings } from '../node/settings.ts'
import { consoleLogger } from '../observe/logger.ts'
import { createSessionStore, type SessionStore } from '../sessions/session-store.ts'
import type { SessionSettings } from '../sessions/settings.ts'
import { StartupError } from '../startup-error.ts'
import { createNewsChannel } from '../stream/news.ts'
import { createTenants, type Tenants } from '../tenants/tenants.ts'
import { createPasswords } from '../users/passwords.ts'
import { createUserStore, type UserStore } from '../users/user-store.ts'

/** The data of a deployment, without the server that is in front of it. */
export interface Data {
  readonly tenants: Tenants
  ofTenant(id: string): Stores
  readonly database: Database
}

/** What a command about one tenant works with. */
export interface Stores {
  readonly settings: SessionSettings
  readonly store: SessionStore
  readonly users: UserStore
  readonly trail: AuditTrail
}

/** Opens the database that the environment names, brings it up to date, and closes it afterwards. */
export async function withData(
  env: NodeJS.ProcessEnv,
  work: (data: Data) => Promise<void>,
): Promise<void> {
  const { dataDir, databaseUrl: url, clients, addresses = 'full' } = readSettings(env)
  const database = await openDatabase({ url, dataDir })
  try {
    await migrate(database, 'tabkeeper_', authMigrations(database.dialect))
    const ofTenant = (tenantId: string): Stores => {
      const settings: SessionSettings = {
        database,
        clock: systemClock,
        tenantId,
        clients,
        grace: 0,
        maxSessions: 1,
        whenFull: 'evict-oldest',
        addresses,
      }
      const emit = createEventLog(settings, createNewsChannel(database), () => {}, consoleLogger)
      return {
        settings,
        store: createSessionStore(settings, emit),
        users: createUserStore(settings, createPasswords(), emit),
        trail: createAuditTrail(settings),
      }
    }
    const tenants = createTenants(database, systemClock)
    await work({ tenants, ofTenant, database })
  } finally {
    await database.close()
  }
}

/** Does the same for one tenant, by its name. */
export const withStores = (
  env: NodeJS.ProcessEnv,
  name: string,
  work: (stores: Stores) => Promise<void>,
): Promise<void> =>
  withData(env, async ({ tenants, ofTenant }) => {
    const tenant = await tenants.find(name)
    if (!tenant) throw new StartupError('bad-setting', `There is no tenant "${name}".`)
    await work(ofTenant(tenant.id))
  })
