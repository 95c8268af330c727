import type { Session } from '@tabkeeper/core'
import { sessionGuard } from '@tabkeeper/vue'
import type { App } from 'vue'
import type { Router } from 'vue-router'

/** Adopts the markup of a server, and only then leads anybody away from it. */
export async function mountGuarded(app: App, router: Router, session: Session, root = '#app') {
  await router.isReady()
  app.use(router).mount(root)
  router.beforeEach(sessionGuard(session))
  const { path, query, hash } = router.currentRoute.value
  await router.replace({ path, query, hash, force: true })
}
