import type { Session } from '@tabkeeper/core'
import { sessionGuard } from '@tabkeeper/vue'
import type { Router } from 'vue-router'

/** Puts a door in front of every route that is not for everybody. */
export function guardRoutes(router: Router, session: Session): void {
  router.beforeEach(sessionGuard(session, { signIn: '/sign-in' }))

  const judgeAgain = () => {
    const { path, query, hash } = router.currentRoute.value
    void router.replace({ path, query, hash, force: true })
  }
  for (const news of ['signed-in', 'signed-out'] as const) session.on(news, judgeAgain)
}
