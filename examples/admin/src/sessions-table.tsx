import { nameOf } from '@tabkeeper-examples/house/bar'
import { moment, since } from '@tabkeeper-examples/house/format'
import { Ticking } from '@tabkeeper-examples/house/react'
import { deviceOf, nameAndPlace, roomOf, type StaffSession } from './staff-sessions.ts'
import type { Ending } from './use-ending.ts'

/** The sessions as a table; on a phone each row is a card. */
export function SessionsTable(props: {
  readonly sessions: readonly StaffSession[]
  readonly endingOf: (one: StaffSession) => Ending | undefined
  readonly onEnd: (one: StaffSession) => void
  readonly onUndo: (one: StaffSession) => void
}) {
  if (props.sessions.length === 0) return <p className="state">Nobody is signed in.</p>
  return (
    <table className="sessions" aria-label="Sessions">
      <thead>
        <tr>
          <th scope="col">Person</th>
          <th scope="col">Device</th>
          <th scope="col">Place</th>
          <th scope="col">Signed in</th>
          <th scope="col">Last seen</th>
          <th scope="col">
            <span className="for-screen-readers">End the session</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {props.sessions.map(one => (
          <Row
            key={one.id}
            one={one}
            ending={props.endingOf(one)}
            onEnd={props.onEnd}
            onUndo={props.onUndo}
          />
        ))}
      </tbody>
    </table>
  )
}

function Row(props: {
  readonly one: StaffSession
  readonly ending: Ending | undefined
  readonly onEnd: (one: StaffSession) => void
  readonly onUndo: (one: StaffSession) => void
}) {
  const { one, ending } = props
  return (
    <tr className={ending} aria-busy={ending === 'ending'}>
      <th scope="row">
        <span className="who">{nameOf(one.user)}</span>{' '}
        <span className="role">{one.user.role}</span>
      </th>
      <td data-label="Device">
        {deviceOf(one)} <span className="quiet">· {roomOf(one)}</span>
      </td>
      <td data-label="Place">{one.ip ?? 'unknown'}</td>
      <td className="when" data-label="Signed in">
        <time dateTime={one.created_at}>{moment(one.created_at, Date.now())}</time>
      </td>
      <td className="when" data-label="Last seen">
        <Ticking words={now => ago(one.last_seen_at, now)} every={30_000} />
      </td>
      <td className="end">
        {one.current ? <strong className="current">This session</strong> : <EndButton {...props} />}
      </td>
    </tr>
  )
}

/** One button that ends and takes back, so that the keyboard stays where it is. */
function EndButton({ one, ending, onEnd, onUndo }: Parameters<typeof Row>[0]) {
  const action = ending === 'waiting' ? 'Undo' : ending ? 'Signing out …' : 'Sign out'
  const name = nameAndPlace(one)
  return (
    <button
      type="button"
      aria-disabled={ending === 'ending'}
      aria-label={ending === 'waiting' ? `Undo: ${name} stays signed in` : `${action} ${name}`}
      onClick={({ detail }) => {
        if (detail > 1) return // the second half of a double click takes nothing back
        if (ending === 'ending') return
        if (ending === 'waiting') onUndo(one)
        else onEnd(one)
      }}
    >
      {action}
    </button>
  )
}

function ago(iso: string, now: number): string {
  const words = since(iso, now)
  return words === 'just now' ? words : `${words} ago`
}
