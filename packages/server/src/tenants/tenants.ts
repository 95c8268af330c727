import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { Database } from '../database/open-database.ts'
import { toInstant } from '../database/values.ts'

/** A customer of the deployment: users, sessions, limits and the audit trail of one are nobody else's. */
export interface Tenant {
  readonly id: string
  readonly name: string
}

/** The tenants of a deployment. The one named `default` is there from the beginning. */
export interface Tenants {
  /** Returns the tenant of this name, made if it is missing. */
  create(name: string): Promise<Tenant>
  find(name: string): Promise<Tenant | null>
  list(): Promise<readonly Tenant[]>
}

export function createTenants({ kysely }: Database, clock: Clock): Tenants {
  const tenants = kysely.selectFrom('tenants').select(['id', 'name'])
  const find = async (name: string): Promise<Tenant | null> =>
    (isName(name) && (await tenants.where('name', '=', name).executeTakeFirst())) || null

  return {
    async create(name) {
      if (!isName(name)) {
        throw new TypeError(`A tenant is named in letters, digits, ".", "_" and "-"; got "${name}"`)
      }
      await kysely
        .insertInto('tenants')
        .values({ id: randomUUID(), name, created_at: toInstant(clock.now()) })
        .onConflict(conflict => conflict.column('name').doNothing())
        .execute()
      const tenant = await find(name)
      if (!tenant) throw new Error(`The tenant "${name}" was removed while it was made`)
      return tenant
    },
    find,
    list: () => tenants.orderBy('name').execute(),
  }
}

const isName = (name: string): boolean => /^[\w.-]{1,100}$/.test(name)
