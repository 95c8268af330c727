// @vitest-environment dom
import type { SessionState } from '@tabkeeper/core'
import { handTurnedSession } from '@tabkeeper/testing'
import { act, fireEvent, render, screen } from '@testing-library/react'
import { useEffect, useState } from 'react'
import { expect, it } from 'vitest'
import { RequireSession } from '../src/index.ts'
import { expectNoComplaints } from './complaints.ts'

expectNoComplaints()

const ada: SessionState = {
  status: 'authenticated',
  user: { name: 'Ada' },
  sessionId: 's1',
  expiresAt: 1_000,
  refresh: 'idle',
  persistence: 'local',
}

/** A page behind a door, which counts how often it is mounted and how often the door is looked at. */
function openPage(initial: SessionState) {
  const session = handTurnedSession(initial)
  const counts = { mounts: 0, unmounts: 0, renders: 0 }
  function Draft() {
    counts.renders++
    const [text, setText] = useState('')
    useEffect(() => {
      counts.mounts++
      return () => {
        counts.unmounts++
      }
    }, [])
    return <input aria-label="Draft" value={text} onChange={e => setText(e.target.value)} />
  }
  render(
    <RequireSession
      session={session}
      loading={<p>One moment</p>}
      fallback={reason => <p>Please sign in: {reason}</p>}
    >
      <Draft />
    </RequireSession>,
  )
  const draft = () => screen.getByLabelText<HTMLInputElement>('Draft')
  return { session, counts, draft }
}

it('shows what it is told to, by the state and its reason', () => {
  const { session } = openPage({ status: 'loading' })
  expect(document.body.textContent).toBe('One moment')
  act(() => session.become({ status: 'unauthenticated', reason: 'expired' }))
  expect(document.body.textContent).toBe('Please sign in: expired')
  act(() => session.become(ada))
  expect(document.body.textContent).toBe('')
  act(() => session.become({ status: 'unauthenticated', reason: 'logout-elsewhere' }))
  expect(document.body.textContent).toBe('Please sign in: logout-elsewhere')
})

it('keeps its children mounted, and lets them be, while a token is refreshed', () => {
  const { session, counts, draft } = openPage(ada)
  fireEvent.change(draft(), { target: { value: 'two pints' } })
  counts.renders = 0
  act(() => session.become({ ...ada, refresh: 'pending' }))
  act(() => session.become({ ...ada, refresh: 'backing-off' }))
  act(() => session.become({ ...ada, expiresAt: 2_000 }))
  expect(draft().value).toBe('two pints')
  expect(counts).toEqual({ mounts: 1, unmounts: 0, renders: 0 })
})

it('shows nobody what the one before has typed', () => {
  const { session, counts, draft } = openPage(ada)
  fireEvent.change(draft(), { target: { value: 'two pints' } })
  act(() => session.become({ ...ada, user: { name: 'Bob' }, sessionId: 's2' }))
  expect(draft().value).toBe('')
  expect(counts).toMatchObject({ mounts: 2, unmounts: 1 })
})
