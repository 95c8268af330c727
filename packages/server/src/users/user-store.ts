import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Clock, EpochMs } from '../clock.ts'
import type { Database } from '../database/open-database.ts'
import type { UserRow } from '../database/tables.ts'
import { fromInstant, toInstant } from '../database/values.ts'
import type { EmitEvent } from '../events/auth-event.ts'
import type { User } from '../sessions/session.ts'
import type { EndedBy } from '../sessions/session-store.ts'
import { judgePassword, type PasswordReason } from './password-rules.ts'
import type { Passwords } from './passwords.ts'

export interface NewUser {
  readonly email: string
  readonly password: string
  readonly role: string
  readonly name?: string | undefined
}

export type CreatedUser =
  | { readonly is: 'created'; readonly user: User }
  | { readonly is: 'email-taken' }
  | { readonly is: 'password-rejected'; readonly reasons: readonly PasswordReason[] }

/** An account as administrators see it. */
export interface Account extends User {
  readonly createdAt: EpochMs
  readonly disabled: boolean
}

export interface AccountPage {
  readonly users: readonly Account[]
  readonly nextCursor: string | null
}

/** Who has given the right password. */
export interface ProvenUser {
  readonly user: User
  /** As it is stored, to be compared where something is done on the strength of the password. */
  readonly passwordHash: string
}

/** The accounts of one tenant. An e-mail address is how one signs in, never who one is. */
export interface UserStore {
  create(details: NewUser): Promise<CreatedUser>
  get(id: string): Promise<User | null>
  findByEmail(email: string): Promise<User | null>
  /** Lists accounts by address; `search` is part of the address or the name, `limit` 50 by default. */
  list(query?: {
    search?: string | undefined
    limit?: number | undefined
    cursor?: string | undefined
  }): Promise<AccountPage>
  /** Returns the user if the password is right; an unknown address takes as long as a wrong one. */
  authenticate(email: string, password: string): Promise<User | null>
  /** The same, with the hash that the password was checked by. */
  prove(email: string, password: string): Promise<ProvenUser | null>
  /**
   * Replaces a forgotten password; the sessions live on. Returns false for an unknown user.
   * @param proven The hash of the password that this is done on the strength of: where the account has
   * another by now, nothing is written and the answer is false.
   */
  setPassword(id: string, password: string, proven?: string): Promise<boolean>
  /**
   * A disabled user's sessions end with their next request, and their streams of events at once. Returns
   * false for an unknown user.
   */
  setDisabled(id: string, disabled: boolean, by?: EndedBy): Promise<boolean>
}

export function createUserStore(
  { database, clock, tenantId }: { database: Database; clock: Clock; tenantId: string },
  passwords: Passwords,
  emit: EmitEvent,
): UserStore {
  const { kysely } = database
  const find = (column: 'id' | 'email', value: string) =>
    kysely
      .selectFrom('users')
      .selectAll()
      .where('tenant_id', '=', tenantId)
      .where(column, '=', value)
      .executeTakeFirst()

  async function update(
    id: string,
    values: Partial<Pick<UserRow, 'password_hash' | 'disabled_at'>>,
    proven?: string,
  ) {
    const { numUpdatedRows } = await kysely
      .updateTable('users')
      .set(values)
      .where('tenant_id', '=', tenantId)
      .where('id', '=', id)
      .$if(proven !== undefined, query => query.where('password_hash', '=', proven ?? ''))
      .executeTakeFirst()
    return numUpdatedRows === 1n
  }

  async function prove(email: string, password: string): Promise<ProvenUser | null> {
    const row = await find('email', normalizeEmail(email))
    const isRight = await passwords.verify(row?.password_hash ?? null, password)
    if (!row || !isRight || row.disabled_at !== null) return null
    if (!passwords.isOutdated(row.password_hash)) {
      return { user: toUser(row), passwordHash: row.password_hash }
    }
    // The hash of an older system or an older setting is replaced, unless there is another meanwhile.
    const passwordHash = await passwords.hash(password)
    const isRenewed = await update(row.id, { password_hash: passwordHash }, row.password_hash)
    return isRenewed ? { user: toUser(row), passwordHash } : prove(email, password)
  }

  return {
    async create({ email, password, role, name }) {
      const reasons = judgePassword(password, email)
      if (reasons.length > 0) return { is: 'password-rejected', reasons }
      const row = await kysely
        .insertInto('users')
        .values({
          id: randomUUID(),
          tenant_id: tenantId,
          email: normalizeEmail(email),
          name: name ?? null,
          role,
          password_hash: await passwords.hash(password),
          created_at: toInstant(clock.now()),
        })
        .onConflict(conflict => conflict.columns(['tenant_id', 'email']).doNothing())
        .returningAll()
        .executeTakeFirst()
      return row ? { is: 'created', user: toUser(row) } : { is: 'email-taken' }
    },

    async get(id) {
      const row = await find('id', id)
      return row ? toUser(row) : null
    },

    async findByEmail(email) {
      const row = await find('email', normalizeEmail(email))
      return row ? toUser(row) : null
    },

    async list({ search, limit = 50, cursor } = {}) {
      const text = `%${(search ?? '').toLowerCase().replace(/[\\%_]/g, '\\$&')}%`
      const rows = await kysely
        .selectFrom('users')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .$if(search !== undefined, query =>
          query.where(
            sql<boolean>`(email like ${text} escape '\\' or lower(name) like ${text} escape '\\')`,
          ),
        )
        .$if(cursor !== undefined, query => query.where('email', '>', cursor ?? ''))
        .orderBy('email')
        .limit(limit + 1)
        .execute()
      const users = rows.slice(0, limit).map(row => ({
        ...toUser(row),
        createdAt: fromInstant(row.created_at),
        disabled: row.disabled_at !== null,
      }))
      return { users, nextCursor: rows.length > limit ? (users.at(-1)?.email ?? null) : null }
    },

    authenticate: async (email, password) => (await prove(email, password))?.user ?? null,
    prove,

    async setPassword(id, password, proven) {
      return update(id, { password_hash: await passwords.hash(password) }, proven)
    },

    async setDisabled(id, disabled, { actor, ...origin } = {}) {
      const found = await update(id, { disabled_at: disabled ? toInstant(clock.now()) : null })
      if (!found) return false
      const kind = disabled ? 'user-disabled' : 'user-enabled'
      await emit({ kind, userId: id, ...origin, data: actor === undefined ? {} : { by: actor } })
      return true
    },
  }
}

/** Returns an address as accounts are known by: whatever means the same is the same. */
export const normalizeEmail = (email: string): string => email.trim().normalize('NFC').toLowerCase()

const toUser = (row: UserRow): User => ({
  id: row.id,
  tenantId: row.tenant_id,
  email: row.email,
  name: row.name,
  role: row.role,
})
