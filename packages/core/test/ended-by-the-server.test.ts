import { memoryArea, type Session, storageKeys } from '@tabkeeper/core'
import { type AuthServerStage, openAuthServer } from '@tabkeeper/testing/auth-server'
import { expect, it } from 'vitest'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** Ada's session at the real server, and what her browser has stored. */
async function signedIn() {
  const stage = await openAuthServer({ accessTokenTtl: MINUTE })
  const storage = memoryArea()
  const session = stage.open({ storage })
  await session.login(stage.ada)
  return { stage, session, refreshToken: () => storage.read(storageKeys('admin').refreshToken) }
}

type Ada = Awaited<ReturnType<typeof signedIn>>

function post(stage: AuthServerStage, path: string, body: object): Promise<Response> {
  return stage.fetch(`https://bar.test/api/auth${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Session-Client': 'admin' },
    body: JSON.stringify(body),
  })
}

function idOf(session: Session): string {
  const state = session.getState()
  if (state.status !== 'authenticated' || state.sessionId === null) throw new Error(state.status)
  return state.sessionId
}

/** What ends a session while its page looks away, and what the page is told when it asks again. */
const ends: readonly [what: string, reason: string, end: (ada: Ada) => Promise<unknown>][] = [
  [
    'a copy of its token that a thief presents',
    'reuse-detected',
    async ({ stage, session, refreshToken }) => {
      const stolen = refreshToken()
      await session.refresh()
      await session.listSessions() // the new token has arrived: the old one is a copy from now on
      stage.wait(MINUTE)
      const answer = await post(stage, '/refresh', { refresh_token: stolen })
      expect(await answer.json()).toMatchObject({ code: 'refresh_token_reused' })
    },
  ],
  [
    'its account being disabled',
    'account-disabled',
    async ({ stage, session }) => {
      const { user } = (await stage.server.store.getSession(idOf(session))) ?? {}
      await stage.server.users.setDisabled(user?.id ?? '', true)
    },
  ],
  [
    'a sign-out with its own token, elsewhere',
    'logout-elsewhere',
    ({ stage, refreshToken }) => post(stage, '/logout', { refresh_token: refreshToken() }),
  ],
  [
    'its user, from another device',
    'revoked',
    async ({ stage, session }) => {
      const phone = stage.open()
      await phone.login(stage.ada)
      await phone.revokeSession(idOf(session))
    },
  ],
  [
    'all being signed out from another device',
    'revoked',
    async ({ stage }) => {
      const phone = stage.open()
      await phone.login(stage.ada)
      expect(await phone.logoutAll({ keepCurrent: true })).toEqual({ revoked: 1 })
    },
  ],
  [
    'an administrator',
    'revoked',
    ({ stage, session }) => stage.server.store.revokeSession(idOf(session), { reason: 'admin' }),
  ],
  ['its idle limit', 'expired', async ({ stage }) => stage.wait(DAY)],
]

it.each(ends)('is told that it was ended by %s: %s', async (_, reason, end) => {
  const ada = await signedIn()
  const ended: string[] = []
  ada.session.on('signed-out', detail => ended.push(detail.reason))

  await end(ada)
  await expect(ada.session.refresh()).rejects.toMatchObject({ code: 'session-ended' })

  expect(ended).toEqual([reason])
  expect(ada.session.getState()).toEqual({ status: 'unauthenticated', reason })
  expect(ada.refreshToken()).toBeNull()
})
