import { GoTrueClient } from '@supabase/auth-js'
import type { Client } from './peer.ts'
import { clientOf } from './supabase-client.ts'

export { seed } from './supabase-client.ts'

/** As `@supabase/supabase-js` sets it up, which today takes no lock: tabs rely on the server's reuse interval. */
export function open(origin: string): Client {
  return clientOf(
    new GoTrueClient({
      url: `${origin}/gotrue`,
      storageKey: 'sb-bench',
      storage: localStorage,
      autoRefreshToken: true,
      persistSession: true,
      detectSessionInUrl: false,
    }),
    origin,
  )
}
