// What the examples of READMEs and doc comments take for granted.
import type { Session } from '@tabkeeper/core'
import type { Database, Migrations } from '@tabkeeper/server'
import type { Hono as HonoApp } from 'hono'
import type { ReactElement } from 'react'

declare global {
  const session: Session<{ name: string }>
  const email: string
  const password: string
  const database: Database
  const requestId: string
  const Hono: typeof HonoApp
  const createMenu: Migrations[string]['up']
  function showWrongPassword(): void
  function Orders(): ReactElement
  function SignIn(props: { reason: string }): ReactElement
}
