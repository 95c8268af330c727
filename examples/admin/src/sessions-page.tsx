import { useStepUp } from '@tabkeeper/react'
import { Live, useLive } from '@tabkeeper-examples/house/react'
import { useEffect, useRef, useState } from 'react'
import { ConfirmDialog } from './confirm-dialog.tsx'
import { session } from './session.ts'
import { SessionsTable } from './sessions-table.tsx'
import { loadStaffSessions } from './staff-sessions.ts'
import { StepUpDialog } from './step-up-dialog.tsx'
import { useEnding } from './use-ending.ts'

/** Who is signed in and where, and the power to end it. */
export function SessionsPage() {
  const { live, reload } = useLive(loadStaffSessions, 15_000)
  const question = useStepUp(session)
  const { ends, trouble, told, end, undo, endEverywhere } = useEnding(reload)
  const [asked, setAsked] = useState(false)
  const heading = useRef<HTMLHeadingElement>(null)

  // A session that has ended takes its button with it, and the focus that was on it.
  const gone = [...ends.values()].filter(ending => ending === 'ended').length
  useEffect(() => {
    if (gone > 0 && document.activeElement === document.body) heading.current?.focus()
  }, [gone])

  return (
    <main className="page">
      <div className="page-head">
        <h1 ref={heading} tabIndex={-1}>
          Who is signed in
        </h1>
        <button type="button" onClick={() => setAsked(true)}>
          Sign out everywhere
        </button>
      </div>
      {trouble && (
        <p className="notice trouble" role="alert">
          {trouble}
        </p>
      )}
      <p className="for-screen-readers" role="status">
        {told}
      </p>
      <Live live={live} reload={reload} what="the sessions">
        {sessions => (
          <SessionsTable
            sessions={sessions.filter(one => ends.get(one.id) !== 'ended')}
            endingOf={one => ends.get(one.id)}
            onEnd={end}
            onUndo={undo}
          />
        )}
      </Live>
      {asked && (
        <ConfirmDialog
          title="Sign out everywhere?"
          consequence="You will be signed out on every device, this one too. Nobody else will."
          confirm="Sign out everywhere"
          onConfirm={() => {
            setAsked(false)
            void endEverywhere()
          }}
          onCancel={() => setAsked(false)}
        />
      )}
      {question && <StepUpDialog onDone={() => question.confirm()} onCancel={question.cancel} />}
    </main>
  )
}
