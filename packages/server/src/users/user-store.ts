import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { Database } from '../database/open-database.ts'
import type { UserRow } from '../database/tables.ts'
import { toInstant } from '../database/values.ts'
import type { User } from '../sessions/session.ts'
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

/** The accounts of one tenant. An e-mail address is how one signs in, never who one is. */
export interface UserStore {
  create(details: NewUser): Promise<CreatedUser>
  get(id: string): Promise<User | null>
  findByEmail(email: string): Promise<User | null>
  /** Returns the user if the password is right; an unknown address takes as long as a wrong one. */
  authenticate(email: string, password: string): Promise<User | null>
  /** Replaces a forgotten password; the sessions live on. Returns false for an unknown user. */
  setPassword(id: string, password: string): Promise<boolean>
  /** A disabled user's sessions end with their next request. Returns false for an unknown user. */
  setDisabled(id: string, disabled: boolean): Promise<boolean>
}

export function createUserStore(
  { database, clock, tenantId }: { database: Database; clock: Clock; tenantId: string },
  passwords: Passwords,
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
  ) {
    const { numUpdatedRows } = await kysely
      .updateTable('users')
      .set(values)
      .where('tenant_id', '=', tenantId)
      .where('id', '=', id)
      .executeTakeFirst()
    return numUpdatedRows === 1n
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

    async authenticate(email, password) {
      const row = await find('email', normalizeEmail(email))
      const isRight = await passwords.verify(row?.password_hash ?? null, password)
      return row && isRight && row.disabled_at === null ? toUser(row) : null
    },

    async setPassword(id, password) {
      return update(id, { password_hash: await passwords.hash(password) })
    },

    setDisabled: (id, disabled) =>
      update(id, { disabled_at: disabled ? toInstant(clock.now()) : null }),
  }
}

const normalizeEmail = (email: string): string => email.trim().normalize('NFC').toLowerCase()

const toUser = (row: UserRow): User => ({
  id: row.id,
  tenantId: row.tenant_id,
  email: row.email,
  name: row.name,
  role: row.role,
})
