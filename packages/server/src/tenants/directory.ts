import { Problem } from '../http/problem.ts'
import { createRecent } from '../recent.ts'
import { createTenantServer, type Deployment, type TenantServer } from './tenant-server.ts'
import type { Tenants } from './tenants.ts'

/** Finds the tenant that a request is for. */
export interface Directory {
  /** The default tenant's. */
  readonly home: TenantServer
  ofTenant(id: string): TenantServer
  /** @throws {Problem} 404 `tenant_not_found` */
  ofRequest(request: Request): TenantServer | Promise<TenantServer>
}

/** Servers of tenants that are kept; the one that was asked for longest ago makes room. */
const most = 1_000

export function createDirectory(
  deployment: Deployment,
  tenants: Tenants,
  homeId: string,
  tenantOf: ((request: Request) => string | null) | undefined,
): Directory {
  const home = createTenantServer(deployment, homeId)
  const byId = createRecent<string, TenantServer>(most)
  const idByName = createRecent<string, string>(most)
  byId.set(homeId, home)

  function ofTenant(id: string): TenantServer {
    const known = byId.get(id)
    if (known) return known
    const server = createTenantServer(deployment, id)
    byId.set(id, server)
    return server
  }

  async function ofName(name: string): Promise<TenantServer> {
    const id = idByName.get(name) ?? (await tenants.find(name))?.id
    if (id === undefined) throw new Problem('tenant_not_found')
    idByName.set(name, id)
    return ofTenant(id)
  }

  return {
    home,
    ofTenant,
    ofRequest(request) {
      const name = tenantOf?.(request) ?? null
      return name === null ? home : ofName(name)
    },
  }
}
