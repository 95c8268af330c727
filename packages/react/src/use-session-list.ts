import { createSessionList, type ListableSession, type SessionList } from '@tabkeeper/core/bindings'
import { useMemo } from 'react'
import { useStore } from './use-store.ts'

/**
 * Returns where the user is signed in, and ways to end it. It asks the server when the component is
 * mounted, and again when somebody else signs in; when the component is gone, the question is called off.
 *
 * @example
 * ```tsx
 * function Devices() {
 *   const { sessions, ending, revoke } = useSessionList(session)
 *   return sessions?.map(({ id, device }) => (
 *     <button key={id} disabled={ending.includes(id)} onClick={() => revoke(id)}>
 *       Sign out {device.label}
 *     </button>
 *   ))
 * }
 * ```
 */
export function useSessionList(session: ListableSession): SessionList {
  return useStore(useMemo(() => createSessionList(session), [session]))
}
