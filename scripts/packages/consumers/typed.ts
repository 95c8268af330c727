// What a user in strict TypeScript writes, without a cast.
import {
  type AuthEndpoint,
  createSession,
  isSessionError,
  oauthEndpoint,
  restEndpoint,
  type Session,
  type SessionState,
  type SignOutReason,
  sessionStorageArea,
  storageKeys,
} from '@tabkeeper/core'
import type { TokenSource } from '@tabkeeper/core/http'
import { type DevtoolsElement, devtools } from '@tabkeeper/devtools'
import { explain as explainExport, type Finding } from '@tabkeeper/devtools/explain'
import { withAutoRefresh } from '@tabkeeper/fetch'
import { createSessionContext, useSession as useInReact, useLogin } from '@tabkeeper/react'
import { createAuthServer, loadKeys, openDatabase } from '@tabkeeper/server'
import { listen } from '@tabkeeper/server/node'
import { sessionGuard, useSession as useInVue } from '@tabkeeper/vue'
import { z } from 'zod'

const Admin = z.object({ id: z.string(), role: z.enum(['admin', 'owner']) })
type Admin = z.infer<typeof Admin>

export const session = createSession({
  app: 'admin',
  authUrl: new URL('https://bar.test/auth'),
  user: Admin,
  storage: sessionStorageArea(),
  keys: storageKeys('admin'),
})

// A generic user type is inferred, and "signed out" is a member of a discriminated union (L08).
export const typed: Session<Admin> = session
export const state: SessionState<Admin> = session.getState()
export function describe(of: SessionState<Admin>): string {
  switch (of.status) {
    case 'loading':
      return 'loading'
    case 'unauthenticated': {
      const reason: SignOutReason = of.reason
      return reason
    }
    case 'authenticated':
      return of.user === null ? 'nobody we know' : of.user.role
  }
}
export const roleInReact: 'admin' | 'owner' | undefined = useInReact(session, of =>
  of.status === 'authenticated' ? of.user?.role : undefined,
)
export const roleInVue: string | undefined = useInVue(session, of =>
  of.status === 'authenticated' ? of.user?.role : undefined,
).value
export const roleInContext: 'admin' | 'owner' | undefined = createSessionContext(
  session,
).useSession(of => (of.status === 'authenticated' ? of.user?.role : undefined))
export const otp: string = useLogin(session, { username: '', password: '', otp: '' }).fields.otp
export const guard = sessionGuard(session, { isPublic: to => to.path === '/' })
session.on('signed-in', ({ user }) => {
  const role: 'admin' | 'owner' | undefined = user?.role
  return role
})

// A session that knows more goes where less is asked for.
export const anonymous: Session = session
export const named: Session<{ id: string }> = session
export const source: TokenSource = session
declare const more: Session<Admin> & { impersonate(id: string): Promise<void> }
export const fewer: Session<Admin> = more

// A client and its option per request.
export const call: typeof fetch = withAutoRefresh(fetch, session)
withAutoRefresh(fetch, session)('/api/menu', { session: false }).then(response => response.json())

// The devtools take sessions of any user.
export const hide: () => void = devtools(session)
export const element: DevtoolsElement = document.createElement('tabkeeper-devtools')
element.sessions = [session]
export const findings: readonly Finding[] = explainExport(element.exported())

// A backend of one's own.
export const endpoint: AuthEndpoint = restEndpoint('/auth')
export const oauth: AuthEndpoint = oauthEndpoint({ tokenUrl: '/token', clientId: 'bar' })
export async function main() {
  const keys = await loadKeys({ dataDir: '.data', env: process.env })
  const database = await openDatabase({ dataDir: '.data' })
  const { fetch } = await createAuthServer({ database, keys })
  return listen({ fetch, port: 0 })
}

export function explain(error: unknown): string {
  return isSessionError(error) ? error.code : 'unknown'
}

// @ts-expect-error the user is known only once somebody is signed in
session.getState().user
// @ts-expect-error a session of anybody is not one of admins
export const admins: Session<Admin> = anonymous
