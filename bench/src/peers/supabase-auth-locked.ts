import { GoTrueClient, navigatorLock } from '@supabase/auth-js'
import type { Client } from './peer.ts'
import { clientOf } from './supabase-client.ts'

export { seed } from './supabase-client.ts'

/** With the lock across tabs that was its default and can still be asked for, though it is deprecated. */
export function open(origin: string): Client {
  return clientOf(
    new GoTrueClient({
      url: `${origin}/gotrue`,
      storageKey: 'sb-bench',
      storage: localStorage,
      autoRefreshToken: true,
      persistSession: true,
      detectSessionInUrl: false,
      lock: navigatorLock,
    }),
    origin,
  )
}
