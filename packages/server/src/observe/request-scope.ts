import { AsyncLocalStorage } from 'node:async_hooks'

/** What is known of the request that is being answered, for its line in the log and its span. */
export interface RequestScope {
  /** As in the header `Request-Id`. */
  readonly id: string
  /** The pattern of its path, such as `/api/auth/sessions/:id`. */
  route?: string
  tenantId?: string
  userId?: string
  sessionId?: string
  /** Of the problem that it is answered with. */
  code?: string
  /** A defect, or a database that is away. */
  failure?: unknown
}

const scopes = new AsyncLocalStorage<RequestScope>()

/** Runs work, and all that it waits for, as part of a request. */
export const inScope = <Result>(scope: RequestScope, work: () => Result): Result =>
  scopes.run(scope, work)

export const currentScope = (): RequestScope | undefined => scopes.getStore()

/** Writes down what has been found out about the request; outside of one it is forgotten. */
export function note(facts: Partial<Omit<RequestScope, 'id'>>): void {
  const scope = scopes.getStore()
  if (scope) Object.assign(scope, facts)
}
