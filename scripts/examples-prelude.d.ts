// What the examples of READMEs and doc comments take for granted.
import type { Session, TokenResponse } from '@tabkeeper/core'
import type * as server from '@tabkeeper/server'
import type { AuthServer, Database, Migrations, ServerEnv, ServerKeys } from '@tabkeeper/server'
import type { Context, Hono as HonoApp } from 'hono'
import type { ReactElement } from 'react'
import type { Router } from 'vue-router'
import type * as zod from 'zod'

declare global {
  /** Vite's. */
  interface ImportMeta {
    readonly env: { readonly DEV: boolean }
  }
  const session: Session<{ name: string }>
  const email: string
  const password: string
  const database: Database
  const defaultClients: typeof server.defaultClients
  const keys: ServerKeys
  const auth: AuthServer
  const requestId: string
  const Hono: typeof HonoApp
  const c: Context<ServerEnv>
  const z: typeof zod
  /** React Native's. */
  const asyncStorage: {
    getItem(key: string): Promise<string | null>
    setItem(key: string, value: string): Promise<void>
    removeItem(key: string): Promise<void>
  }
  const createMenu: Migrations[string]['up']
  function showWrongPassword(): void
  function askForPassword(signal: AbortSignal): Promise<string | null>
  /** An app's own call of the server's `POST /reauthenticate`. */
  function reauthenticate(password: string): Promise<TokenResponse>
  function Orders(): ReactElement
  function SignIn(props: { reason: string }): ReactElement
  const router: Router
  function loadOrders(): Promise<string[]>
  // The recipe for React Router.
  function SignedIn(props: { session: Session }): ReactElement
  function SignedOut(props: { session: Session }): ReactElement
  function SignInPage(): ReactElement
  function whileSignedIn<Args, Data>(
    session: Session,
    load: (args: Args) => Data,
  ): (args: Args) => Data | null
}
