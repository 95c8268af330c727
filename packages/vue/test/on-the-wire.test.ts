// @vitest-environment dom
import type { Session } from '@tabkeeper/core'
import { until } from '@tabkeeper/testing'
import { openAuthServer } from '@tabkeeper/testing/auth-server'
import { describe, expect, it } from 'vitest'
import { computed, defineComponent, effectScope, h, nextTick, type VNode, watch } from 'vue'
import { createSessionContext, useLogin, useSessionList, useStepUp } from '../src/index.ts'
import { expectNoComplaints, mount, mountWith } from './mount.ts'

expectNoComplaints()

describe('useSessionList', () => {
  /** Ada's page, and her phone. */
  async function openPage() {
    const server = await openAuthServer()
    const session = server.open()
    await session.login(server.ada)
    await server.signInElsewhere(server.ada)
    const lists = () => server.asked.filter(each => each === 'GET /sessions').length
    return { ...server, session, lists }
  }

  it('shows the sessions, with one question and two renders in all', async () => {
    const { session, lists } = await openPage()
    const { result, renders, container } = mountWith(
      () => useSessionList(session),
      list => `${list.value.loading} ${list.value.sessions?.length}`,
    )
    expect(container.textContent).toBe('true undefined')
    await until(() => !result.value.loading)
    await nextTick()
    expect(container.textContent).toBe('false 2')
    expect(lists()).toBe(1)
    expect(renders()).toBe(2)
  })

  it('takes out of the list what the server has ended, and shows that it is being ended', async () => {
    const { session, hold } = await openPage()
    const { result } = mountWith(() => useSessionList(session))
    await until(() => result.value.sessions?.length === 2)
    const phone = result.value.sessions?.find(({ current }) => !current)?.id ?? ''

    const release = hold(phone)
    const ended = result.value.revoke(phone)
    expect(result.value.ending).toEqual([phone])
    expect(result.value.sessions).toHaveLength(2)
    release()
    expect(await ended).toBe(true)
    expect(result.value.sessions?.map(({ current }) => current)).toEqual([true])
    expect(await result.value.revokeOthers()).toBe(true)
  })

  it('says why it shows nothing, and tries again when it is told to', async () => {
    const { session, cutOff } = await openPage()
    cutOff(true)
    const { result } = mountWith(() => useSessionList(session))
    await until(() => result.value.error?.code === 'unreachable')
    cutOff(false)
    expect(await result.value.reload()).toBe(true)
    expect(result.value).toMatchObject({ error: null, loading: false })
  })

  it('never shows the list of the one before, though its answer comes late', async () => {
    const { session, bob, hold } = await openPage()
    const seen: string[] = []
    const release = hold('/sessions')
    const { result } = mountWith(() => {
      const list = useSessionList(session)
      const ids = computed(() => list.value.sessions?.map(({ id }) => id) ?? [])
      watch(ids, now => seen.push(...now), { flush: 'sync' })
      return list
    })
    await nextTick()
    await session.login(bob)
    release()
    await until(() => result.value.sessions?.length === 1)
    const [own] = await session.listSessions()
    expect(new Set(seen)).toEqual(new Set([own?.id]))
  })

  it('calls the question off when its owner is gone', async () => {
    const { session, hold, lists } = await openPage()
    const release = hold('/sessions')
    const scope = effectScope()
    const list = scope.run(() => useSessionList(session))
    await nextTick()
    expect(lists()).toBe(1)
    scope.stop()
    release()
    await session.listSessions()
    expect(list?.value.sessions).toBeNull()
  })
})

describe('useLogin', () => {
  async function openForm() {
    const server = await openAuthServer()
    const session = server.open()
    const { result, unmount } = mountWith(() => useLogin(session))
    const logins = () => server.asked.filter(each => each === 'POST /login').length
    return { ...server, session, login: result, unmount, logins }
  }

  it('signs in once however often the form is sent, and keeps no password', async () => {
    const { ada, login, logins, session } = await openForm()
    Object.assign(login.value.fields, ada)
    let isPrevented = false
    const event = {
      preventDefault() {
        isPrevented = true
      },
    }
    const both = [login.value.submit(event), login.value.submit()]
    expect(isPrevented).toBe(true)
    expect(login.value.pending).toBe(true)
    expect(await Promise.all(both)).toEqual([true, false])
    expect(logins()).toBe(1)
    expect(session.getState().status).toBe('authenticated')
    expect(login.value).toMatchObject({
      pending: false,
      fields: { email: '', password: '', remember: true },
    })
  })

  it('says why it was refused and keeps what was typed', async () => {
    const { ada, login } = await openForm()
    Object.assign(login.value.fields, { email: ada.email, password: 'a wrong password' })
    expect(await login.value.submit()).toBe(false)
    expect(login.value.error?.code).toBe('invalid-credentials')
    expect(login.value.fields.email).toBe(ada.email)
    login.value.fields.password = ada.password
    const again = login.value.submit()
    expect(login.value.error).toBeNull()
    expect(await again).toBe(true)
  })

  it('changes nothing when it is gone before the answer', async () => {
    const { ada, login, hold, unmount, session } = await openForm()
    Object.assign(login.value.fields, ada)
    const release = hold('/login')
    const submitted = login.value.submit()
    const { pending } = login.value
    unmount()
    release()
    expect(await submitted).toBe(true)
    expect(pending).toBe(true)
    expect(session.getState().status).toBe('authenticated')
  })

  it('shows in the page what is in its fields', async () => {
    const { ada, open } = await openAuthServer()
    const session = open()
    const { container, result } = mountWith(
      () => useLogin(session, { ...ada, tenant: 'bar' }),
      login => `${login.value.fields.email} of ${login.value.fields.tenant}`,
    )
    expect(container.textContent).toBe('ada@bar.test of bar')
    result.value.fields.tenant = 'café'
    await nextTick()
    expect(container.textContent).toBe('ada@bar.test of café')
  })
})

describe('useStepUp', () => {
  /** A page of Ada's, who signed in too long ago to end her other sessions. */
  async function openPage() {
    const server = await openAuthServer()
    const session = server.open()
    await session.login(server.ada)
    await server.signInElsewhere(server.ada)
    server.wait(20 * 60_000)
    const view = mountWith(
      () => useStepUp(session),
      question => (question.value ? `signed in ${question.value.maxAge} ago` : ''),
    )
    const endOthers = () =>
      session.logoutAll({ keepCurrent: true }).then(
        ({ revoked }) => revoked,
        (error: { code: string }) => error.code,
      )
    return { ...server, ...view, session, endOthers }
  }

  it('asks when the server does, and lets the request go on with what was given', async () => {
    const { endOthers, result, container, reauthenticate, session, ada } = await openPage()
    const outcome = endOthers()
    await until(() => result.value !== null)
    await nextTick()
    expect(container.textContent).toBe('signed in 900000 ago')
    result.value?.confirm(await reauthenticate(session, ada.password))
    expect(await outcome).toBe(1)
    await nextTick()
    expect(container.textContent).toBe('')
  })

  it('is cancelled by the user, or with its owner', async () => {
    const { endOthers, result, unmount } = await openPage()
    const first = endOthers()
    await until(() => result.value !== null)
    result.value?.cancel()
    expect(await first).toBe('step-up-cancelled')

    const second = endOthers()
    await until(() => result.value !== null)
    unmount()
    expect(await second).toBe('step-up-cancelled')
    expect(await endOthers()).toBe('rejected')
  })
})

it('createSessionContext takes the session that was provided above, or else the one it was made with', async () => {
  const server = await openAuthServer()
  const first = server.open() as Session<{ email: string }>
  const second = server.open({ app: 'other' }) as typeof first
  await second.login(server.bob)
  const { provideSession, useSession, useCurrentSession } = createSessionContext(first)
  const Name = defineComponent(() => {
    const state = useSession()
    const email = useSession(of => (of.status === 'authenticated' ? of.user?.email : of.status))
    return () => `${state.value.status}, ${email.value};`
  })
  const Other = defineComponent((): (() => VNode) => {
    provideSession(second)
    return () => h(Name)
  })
  const { container } = mount(defineComponent(() => () => [h(Name), h(Other)]))
  expect(container.textContent).toBe(
    'unauthenticated, unauthenticated;authenticated, bob@bar.test;',
  )
  await first.login(server.ada)
  await nextTick()
  expect(container.textContent).toBe('authenticated, ada@bar.test;authenticated, bob@bar.test;')
  expect(useCurrentSession()).toBe(first)
})
