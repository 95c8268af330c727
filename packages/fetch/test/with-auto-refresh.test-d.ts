import type { Session } from '@tabkeeper/core'
import { withAutoRefresh } from '@tabkeeper/fetch'
import { expectTypeOf } from 'vitest'

declare const session: Session<{ name: string }>

const api = withAutoRefresh(fetch, session)

expectTypeOf(api).toExtend<typeof fetch>()
expectTypeOf(api('/menu')).resolves.toEqualTypeOf<Response>()
withAutoRefresh(api, session)
withAutoRefresh(async () => new Response(), session)
withAutoRefresh(fetch, session, { shouldRefresh: ({ status }) => status === 419 })
withAutoRefresh(fetch, session, {
  shouldRefresh: async response => (await response.text()).includes('expired'),
})

api('/menu', { session: false })
api(new URL('https://bar.example/menu'), { session: false, method: 'POST' })
api(new Request('/menu'))

// @ts-expect-error a session cannot be switched on where there is none
api('/menu', { session: true })
// @ts-expect-error no session
withAutoRefresh(fetch)
// @ts-expect-error a verdict is needed
withAutoRefresh(fetch, session, { shouldRefresh: () => 'yes' })
