import type { AuthServerOptions } from '@tabkeeper/server'
import { type ServedBar, serveBarApi } from '../serve-bar-api.ts'
import { barPages } from './bar-pages.ts'

export type { KeptRefresh, ServedBar } from '../serve-bar-api.ts'

/** Serves the bar's API with the pages of `barPages`. Options are those of `createAuthServer`. */
export function serveBar(options?: Partial<AuthServerOptions>): Promise<ServedBar> {
  return serveBarApi(options, barPages)
}
