import { describe } from 'vitest'
import { tellIn } from './bar.ts'

// The same stories, told by sessions whose refresh token is a cookie that no script sees.
tellIn('split')

const stories = {
  'one page': () => import('./one-page.test.ts'),
  'one refresh': () => import('./one-refresh.test.ts'),
  tabs: () => import('./tabs.test.ts'),
  'sign-out': () => import('./sign-out.test.ts'),
  'a sign-out that lasts': () => import('./sign-out-that-lasts.test.ts'),
  identity: () => import('./identity.test.ts'),
  listeners: () => import('./listeners.test.ts'),
  time: () => import('./time.test.ts'),
  storage: () => import('./storage.test.ts'),
  'storage that fails': () => import('./storage-faults.test.ts'),
  'a server out of reach': () => import('./unreachable-server.test.ts'),
  'a step-up': () => import('./step-up.test.ts'),
  waiting: () => import('./waiting.test.ts'),
}

for (const [name, tell] of Object.entries(stories)) {
  describe(`in split transport: ${name}`, async () => {
    await tell()
  })
}
