/** What a peer sends requests with. */
export type Transport = 'fetch' | 'axios'

/** What is measured of whom, and why not the rest. */
export interface Listed {
  /** Its file beside this one. */
  readonly id: string
  /** As tables show it. */
  readonly name: string
  readonly transport: Transport
  readonly isOurs?: true
  /** What it cannot do without in Node. Others would take these for a whole browser. */
  readonly needs?: readonly ('window' | 'document')[]
  /** Why nothing is measured that needs a refresh. */
  readonly neverRefreshes?: string
}

export const CATALOGUE: readonly Listed[] = [
  { id: 'tabkeeper-fetch', name: 'Tabkeeper, fetch', transport: 'fetch', isOurs: true },
  {
    id: 'supabase-auth',
    name: '@supabase/auth-js',
    transport: 'fetch',
  },
  {
    id: 'supabase-auth-locked',
    name: '@supabase/auth-js, with its lock',
    transport: 'fetch',
  },
  { id: 'oidc-client-ts', name: 'oidc-client-ts', transport: 'fetch' },
  {
    id: 'auth0-spa-js',
    name: '@auth0/auth0-spa-js',
    transport: 'fetch',
    needs: ['window', 'document'],
  },
  { id: 'alova-by-expiry', name: 'alova, by expiry', transport: 'fetch' },
  { id: 'alova-by-401', name: 'alova, by 401', transport: 'fetch' },
  {
    id: 'better-auth',
    name: 'better-auth/client',
    transport: 'fetch',
    neverRefreshes:
      'its sessions live at the server and its client refreshes nothing, so there is nothing to wait for or to race',
  },
  { id: 'tabkeeper-axios', name: 'Tabkeeper, axios', transport: 'axios', isOurs: true },
  { id: 'hand-written', name: 'hand-written interceptor', transport: 'axios' },
  {
    id: 'axios-auth-refresh',
    name: 'axios-auth-refresh',
    transport: 'axios',
  },
  {
    id: 'axios-jwt',
    name: 'axios-jwt',
    transport: 'axios',
    needs: ['window'],
  },
]
