// @vitest-environment dom
import type { Session } from '@tabkeeper/core'
import { openAuthServer } from '@tabkeeper/testing/auth-server'
import { act, fireEvent, render, renderHook, screen, waitFor } from '@testing-library/react'
import { StrictMode } from 'react'
import { describe, expect, it } from 'vitest'
import { createSessionContext, useLogin, useSessionList, useStepUp } from '../src/index.ts'
import { expectNoComplaints } from './complaints.ts'

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

  it('shows the sessions, with one question under StrictMode and two renders in all', async () => {
    const { session, lists } = await openPage()
    let renders = 0
    const { result } = renderHook(
      () => {
        renders++
        return useSessionList(session)
      },
      { wrapper: StrictMode },
    )
    expect(result.current).toMatchObject({ sessions: null, loading: true, error: null })
    await waitFor(() => expect(result.current.loading).toBe(false))
    expect(result.current.sessions?.map(({ current }) => current)).toEqual([false, true])
    expect(lists()).toBe(1)
    // StrictMode renders everything twice.
    expect(renders).toBe(4)
  })

  it('takes out of the list what the server has ended, and shows that it is being ended', async () => {
    const { session, hold, lists } = await openPage()
    const { result } = renderHook(() => useSessionList(session))
    await waitFor(() => expect(result.current.sessions).toHaveLength(2))
    const phone = result.current.sessions?.find(({ current }) => !current)?.id ?? ''

    const release = hold(phone)
    act(() => void result.current.revoke(phone))
    expect(result.current.ending).toEqual([phone])
    expect(result.current.sessions).toHaveLength(2)
    release()
    await waitFor(() => expect(result.current.sessions).toHaveLength(1))
    expect(result.current.ending).toEqual([])

    await act(() => result.current.reload())
    expect(result.current.sessions).toHaveLength(1)
    expect(lists()).toBe(2)
  })

  it('ends the others', async () => {
    const { session, signInElsewhere, ada } = await openPage()
    await signInElsewhere(ada)
    const { result } = renderHook(() => useSessionList(session))
    await waitFor(() => expect(result.current.sessions).toHaveLength(3))
    expect(await act(() => result.current.revokeOthers())).toBe(true)
    expect(result.current.sessions?.map(({ current }) => current)).toEqual([true])
    expect(await session.listSessions()).toHaveLength(1)
  })

  it('says why it shows nothing, and tries again when it is told to', async () => {
    const { session, cutOff } = await openPage()
    cutOff(true)
    const { result } = renderHook(() => useSessionList(session))
    await waitFor(() => expect(result.current.error?.code).toBe('unreachable'))
    expect(result.current).toMatchObject({ sessions: null, loading: false })
    cutOff(false)
    await act(() => result.current.reload())
    expect(result.current.error).toBeNull()
    expect(result.current.sessions).toHaveLength(2)
  })

  it('never shows the list of the one before, though its answer comes late', async () => {
    const { session, bob, hold } = await openPage()
    const seen: string[][] = []
    const release = hold('/sessions')
    const { result, rerender } = renderHook(() => {
      const list = useSessionList(session)
      seen.push(list.sessions?.map(({ id }) => id) ?? [])
      return list
    })
    await waitFor(() => expect(result.current.loading).toBe(true))
    await act(() => session.login(bob).then(() => {}))
    rerender()
    release()
    await waitFor(() => expect(result.current.sessions).toHaveLength(1))
    const [own] = await session.listSessions()
    expect(new Set(seen.flat())).toEqual(new Set([own?.id]))

    await act(() => session.logout().then(() => {}))
    expect(result.current).toMatchObject({ sessions: null, loading: false })
  })

  it('calls the question off when the component is gone', async () => {
    const { session, hold } = await openPage()
    const release = hold('/sessions')
    let renders = 0
    const { unmount } = renderHook(() => {
      renders++
      return useSessionList(session)
    })
    await act(async () => {})
    unmount()
    release()
    await session.listSessions()
    expect(renders).toBe(1)
  })

  it('follows the other session when it is given another one', async () => {
    const { session, open, bob } = await openPage()
    const other = open({ app: 'other' })
    await other.login(bob)
    const { result, rerender } = renderHook(({ of }) => useSessionList(of), {
      initialProps: { of: session },
    })
    await waitFor(() => expect(result.current.sessions).toHaveLength(2))
    rerender({ of: other })
    expect(result.current.sessions).toBeNull()
    await waitFor(() => expect(result.current.sessions).toHaveLength(1))
  })
})

describe('useLogin', () => {
  async function openForm() {
    const server = await openAuthServer()
    const session = server.open()
    const logins = () => server.asked.filter(each => each === 'POST /login').length
    function Form() {
      const { fields, change, submit, pending, error } = useLogin(session)
      return (
        <form aria-label="Sign in" onSubmit={submit}>
          <input
            aria-label="E-mail"
            value={fields.email}
            onChange={event => change({ email: event.target.value })}
          />
          <input
            aria-label="Password"
            value={fields.password}
            onChange={event => change({ password: event.target.value })}
          />
          {error && <p role="alert">{error.code}</p>}
          <button type="submit" disabled={pending}>
            Sign in
          </button>
        </form>
      )
    }
    const view = render(<Form />, { wrapper: StrictMode })
    const value = (label: string) => screen.getByLabelText<HTMLInputElement>(label).value
    return {
      ...server,
      session,
      logins,
      view,
      value,
      button: () => screen.getByRole<HTMLButtonElement>('button'),
      fill(email: string, password: string) {
        fireEvent.change(screen.getByLabelText('E-mail'), { target: { value: email } })
        fireEvent.change(screen.getByLabelText('Password'), { target: { value: password } })
      },
      send: () => fireEvent.submit(screen.getByRole('form')),
    }
  }

  it('signs in once however often the form is sent, and keeps no password', async () => {
    const { ada, fill, send, button, session, logins, value } = await openForm()
    fill(ada.email, ada.password)
    const notPrevented = send()
    send()
    expect(notPrevented).toBe(false)
    expect(button().disabled).toBe(true)
    await waitFor(() => expect(session.getState().status).toBe('authenticated'))
    await waitFor(() => expect(button().disabled).toBe(false))
    expect(logins()).toBe(1)
    expect([value('E-mail'), value('Password')]).toEqual(['', ''])
  })

  it('says why it was refused and keeps what was typed', async () => {
    const { ada, fill, send, value, session, button } = await openForm()
    fill(ada.email, 'a wrong password')
    send()
    await screen.findByText('invalid-credentials')
    expect(value('E-mail')).toBe(ada.email)
    expect(button().disabled).toBe(false)

    fill(ada.email, ada.password)
    send()
    expect(screen.queryByRole('alert')).toBeNull()
    await waitFor(() => expect(session.getState().status).toBe('authenticated'))
  })

  it('changes nothing when it is gone before the answer', async () => {
    const { ada, fill, send, hold, view, session } = await openForm()
    fill(ada.email, ada.password)
    const release = hold('/login')
    send()
    view.unmount()
    release()
    await waitFor(() => expect(session.getState().status).toBe('authenticated'))
  })

  it('signs in to the session that it was given last', async () => {
    const { open, ada } = await openAuthServer()
    const [first, second] = [open(), open({ app: 'other' })]
    const { result, rerender } = renderHook(({ of }) => useLogin(of), {
      initialProps: { of: first },
    })
    act(() => result.current.change(ada))
    rerender({ of: second })
    // What was typed for one is not the other's.
    expect(result.current.fields.email).toBe('')
    act(() => result.current.change(ada))
    await act(() => result.current.submit().then(() => {}))
    expect(second.getState().status).toBe('authenticated')
    expect(first.getState().status).toBe('unauthenticated')
  })

  it('takes fields of one’s own, and hands out the same form until something changes', async () => {
    const { open, ada } = await openAuthServer()
    const session = open()
    const { result, rerender } = renderHook(() =>
      useLogin(session, { ...ada, password: 'wrong', tenant: 'bar' }),
    )
    const before = result.current
    rerender()
    expect(result.current).toBe(before)
    expect(result.current.fields.tenant).toBe('bar')
    act(() => result.current.change({ password: ada.password }))
    let isSignedIn = false
    await act(async () => {
      isSignedIn = await result.current.submit()
    })
    expect(isSignedIn).toBe(true)
  })
})

describe('useStepUp', () => {
  it('asks for the session that it was given last, and drops the question of the one before', async () => {
    const server = await openAuthServer()
    const [session, other] = [server.open(), server.open({ app: 'other' })]
    for (const each of [session, other]) await each.login(server.ada)
    server.wait(20 * 60_000)
    const endOthers = (of: Session) =>
      of.logoutAll({ keepCurrent: true }).catch((error: { code: string }) => error.code)
    const { result, rerender } = renderHook(({ of }) => useStepUp(of), {
      initialProps: { of: session },
    })
    const first = endOthers(session)
    await waitFor(() => expect(result.current).not.toBeNull())

    rerender({ of: other })
    expect(result.current).toBeNull()
    expect(await first).toBe('step-up-cancelled')
    const second = endOthers(other)
    await waitFor(() => expect(result.current).not.toBeNull())
    act(() => result.current?.cancel())
    expect(await second).toBe('step-up-cancelled')
    expect(await endOthers(session)).toBe('rejected')
  })

  /** A page of Ada's, who signed in too long ago to end her other sessions. */
  async function openPage() {
    const server = await openAuthServer()
    const session = server.open()
    await session.login(server.ada)
    await server.signInElsewhere(server.ada)
    server.wait(20 * 60_000)
    const { reauthenticate } = server
    const tokensFor = (password: string) => reauthenticate(session, password)
    let renders = 0
    function Dialog() {
      renders++
      const question = useStepUp(session)
      if (question === null) return null
      return (
        <dialog open aria-label="Is it you?">
          <p>{question.maxAge}</p>
          <button
            type="button"
            onClick={async () => question.confirm(await tokensFor(server.ada.password))}
          >
            Confirm
          </button>
          <button type="button" onClick={question.cancel}>
            Cancel
          </button>
        </dialog>
      )
    }
    const view = render(<Dialog />, { wrapper: StrictMode })
    const endOthers = () =>
      session.logoutAll({ keepCurrent: true }).then(
        ({ revoked }) => revoked,
        (error: { code: string }) => error.code,
      )
    const press = async (name: string) => {
      await screen.findByRole('dialog')
      await act(async () => screen.getByText(name).click())
    }
    return { ...server, session, view, endOthers, press, renders: () => renders }
  }

  it('asks when the server does, and lets the request go on with what was given', async () => {
    const { endOthers, press, renders } = await openPage()
    expect(renders()).toBe(2)
    const outcome = endOthers()
    await screen.findByText('900000')
    await press('Confirm')
    expect(await outcome).toBe(1)
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  })

  it('asks once for all that wait, and lets all of them fail when the user declines', async () => {
    const { endOthers, press } = await openPage()
    const outcomes = Promise.all([endOthers(), endOthers()])
    await press('Cancel')
    expect(await outcomes).toEqual(['step-up-cancelled', 'step-up-cancelled'])
    expect(screen.queryByRole('dialog')).toBeNull()
  })

  it('is cancelled with its component, and the 401 is the caller’s afterwards', async () => {
    const { endOthers, view } = await openPage()
    const outcome = endOthers()
    await screen.findByRole('dialog')
    view.unmount()
    expect(await outcome).toBe('step-up-cancelled')
    expect(await endOthers()).toBe('rejected')
  })

  it('is gone with the session that it was about', async () => {
    const { endOthers, session } = await openPage()
    const outcome = endOthers()
    await screen.findByRole('dialog')
    await act(() => session.logout().then(() => {}))
    expect(await outcome).toBe('session-ended')
    expect(screen.queryByRole('dialog')).toBeNull()
  })
})

describe('createSessionContext', () => {
  it('takes the nearest provider’s session, or else the one it was made with', async () => {
    const server = await openAuthServer()
    const first: Session<{ email: string }> = server.open() as Session<{ email: string }>
    const second = server.open({ app: 'other' }) as typeof first
    await second.login(server.bob)
    const { SessionProvider, useSession, useCurrentSession } = createSessionContext(first)
    function Name() {
      const state = useSession()
      const email = useSession(of => (of.status === 'authenticated' ? of.user?.email : of.status))
      return <p>{`${useCurrentSession().app}: ${state.status}, ${email}`}</p>
    }
    render(
      <>
        <Name />
        <SessionProvider session={second}>
          <Name />
        </SessionProvider>
      </>,
    )
    expect(screen.getByText('admin: unauthenticated, unauthenticated')).toBeDefined()
    expect(screen.getByText('other: authenticated, bob@bar.test')).toBeDefined()
    await act(() => first.login(server.ada).then(() => {}))
    await waitFor(() =>
      expect(screen.getByText('admin: authenticated, ada@bar.test')).toBeDefined(),
    )
  })
})
