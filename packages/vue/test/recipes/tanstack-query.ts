import { isSessionError, type Session } from '@tabkeeper/core'
import { type Query, QueryClient } from '@tanstack/vue-query'

/** Returns a client whose answers do not outlive their session. */
export function createQueryClient(session: Session): QueryClient {
  const queries = new QueryClient({
    defaultOptions: {
      queries: {
        // A session that is over does not come back by asking again.
        retry: (failures, error) => failures < 3 && (!isSessionError(error) || error.retryable),
      },
    },
  })

  const forget = () => {
    // One that waits for the network would be sent as whoever is there then.
    queries.getMutationCache().clear()
    for (const query of queries.getQueryCache().getAll()) query.reset()
    queries.removeQueries({ type: 'inactive' })
    // In a later task, when the page has changed: what it still shows has to be asked for anew.
    setTimeout(() =>
      queries.refetchQueries({ type: 'active', fetchStatus: 'idle', predicate: isEmpty }),
    )
  }
  for (const news of ['signed-in', 'replaced', 'signed-out'] as const) session.on(news, forget)
  return queries
}

const isEmpty = ({ state }: Query) => state.status === 'pending'
