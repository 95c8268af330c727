import type { SignOutReason } from '@tabkeeper/core'
import { createElement, Fragment, type ReactNode } from 'react'
import { type ReadableSession, useSession } from './use-session.ts'

export interface RequireSessionProps {
  readonly session: ReadableSession<unknown>
  /** Shown until it is known who is there: on a server, and while its markup is hydrated. @default null */
  readonly loading?: ReactNode
  /** Shown while nobody is signed in. `reason` says why. */
  readonly fallback: (reason: SignOutReason) => ReactNode
  readonly children?: ReactNode
}

/**
 * Shows its children while somebody is signed in. They stay mounted through refreshes, and are mounted
 * anew when another session takes the place of this one: what one person typed is not shown to the next.
 *
 * @example
 * ```tsx
 * const page = (
 *   <RequireSession session={session} fallback={reason => <SignIn reason={reason} />}>
 *     <Orders />
 *   </RequireSession>
 * )
 * ```
 */
export function RequireSession({
  session,
  loading = null,
  fallback,
  children,
}: RequireSessionProps): ReactNode {
  const door = useSession(session, state => {
    if (state.status === 'authenticated') return { key: state.sessionId }
    return state.status === 'loading' ? null : state.reason
  })
  if (door === null) return loading
  return typeof door === 'string' ? fallback(door) : createElement(Fragment, door, children)
}
