import { Live, useLive } from '@tabkeeper-examples/house/react'
import { useRef, useState } from 'react'
import { ConfirmDialog } from './confirm-dialog.tsx'
import { SessionsTable } from './sessions-table.tsx'
import { loadStaffSessions, nameAndPlace, type StaffSession } from './staff-sessions.ts'
import { useEnding } from './use-ending.ts'
import { useStepUp } from './use-step-up.tsx'

/** Who is signed in and where, and the power to end it. */
export function SessionsPage() {
  const { live, reload } = useLive(loadStaffSessions, 15_000)
  const { guard, dialog } = useStepUp()
  const { ends, trouble, done, end, endEverywhere } = useEnding(guard, reload)
  const [asked, setAsked] = useState<StaffSession | 'everywhere' | null>(null)

  const heading = useRef<HTMLHeadingElement>(null)

  const confirmed = (act: () => Promise<unknown>) => () => {
    setAsked(null)
    void act()
  }

  return (
    <main className="page">
      <div className="page-head">
        <h1 ref={heading} tabIndex={-1}>
          Who is signed in
        </h1>
        <button type="button" onClick={() => setAsked('everywhere')}>
          Sign out everywhere
        </button>
      </div>
      {trouble && (
        <p className="notice trouble" role="alert">
          {trouble}
        </p>
      )}
      <p className="for-screen-readers" role="status">
        {done}
      </p>
      <Live live={live} reload={reload} what="the sessions">
        {sessions => (
          <SessionsTable
            sessions={sessions.filter(one => ends.get(one.id) !== 'ended')}
            isEnding={one => ends.has(one.id)}
            onEnd={setAsked}
          />
        )}
      </Live>
      {asked === 'everywhere' && (
        <ConfirmDialog
          title="Sign out everywhere?"
          consequence="You are signed out on every device, this one too. Nobody else is."
          confirm="Sign out everywhere"
          onConfirm={confirmed(endEverywhere)}
          onCancel={() => setAsked(null)}
        />
      )}
      {asked && asked !== 'everywhere' && (
        <ConfirmDialog
          title={`Sign out ${nameAndPlace(asked)}?`}
          consequence="Whoever is there has to sign in again before going on."
          confirm="Sign out"
          onConfirm={confirmed(async () => {
            await end(asked)
            // The button that had the focus went with its session.
            if (document.activeElement === document.body) heading.current?.focus()
          })}
          onCancel={() => setAsked(null)}
        />
      )}
      {dialog}
    </main>
  )
}
