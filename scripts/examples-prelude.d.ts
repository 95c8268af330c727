// What the examples of READMEs and doc comments take for granted.
import type { Session } from '@tabkeeper/core'
import type { AuthServer, Database, Migrations, ServerEnv, ServerKeys } from '@tabkeeper/server'
import type { Context, Hono as HonoApp } from 'hono'
import type { ReactElement } from 'react'
import type * as zod from 'zod'

declare global {
  const session: Session<{ name: string }>
  const email: string
  const password: string
  const database: Database
  const keys: ServerKeys
  const auth: AuthServer
  const requestId: string
  const Hono: typeof HonoApp
  const c: Context<ServerEnv>
  const z: typeof zod
  const createMenu: Migrations[string]['up']
  function showWrongPassword(): void
  function Orders(): ReactElement
  function SignIn(props: { reason: string }): ReactElement
}
