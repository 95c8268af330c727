import { nameOf } from '@tabkeeper-examples/house/bar'
import { moment, since } from '@tabkeeper-examples/house/format'
import { Ticking } from '@tabkeeper-examples/house/react'
import { deviceOf, nameAndPlace, type StaffSession } from './staff-sessions.ts'

/** The sessions as a table; on a phone each row is a card. */
export function SessionsTable(props: {
  readonly sessions: readonly StaffSession[]
  readonly isEnding: (one: StaffSession) => boolean
  readonly onEnd: (one: StaffSession) => void
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
          <Row key={one.id} one={one} ending={props.isEnding(one)} onEnd={props.onEnd} />
        ))}
      </tbody>
    </table>
  )
}

function Row(props: {
  readonly one: StaffSession
  readonly ending: boolean
  readonly onEnd: (one: StaffSession) => void
}) {
  const { one, ending } = props
  const action = ending ? 'Signing out …' : 'Sign out'
  return (
    <tr className={ending ? 'ending' : undefined} aria-busy={ending}>
      <th scope="row">
        <span className="who">{nameOf(one.user)}</span>{' '}
        <span className="role">{one.user.role}</span>
      </th>
      <td data-label="Device">
        {deviceOf(one)} <span className="quiet">in {one.client_id}</span>
      </td>
      <td data-label="Place">{one.ip ?? 'unknown'}</td>
      <td data-label="Signed in">
        <time dateTime={one.created_at}>{moment(one.created_at, Date.now())}</time>
      </td>
      <td data-label="Last seen">
        <Ticking words={now => ago(one.last_seen_at, now)} every={30_000} />
      </td>
      <td className="end">
        {one.current ? (
          <strong className="current">This session</strong>
        ) : (
          <button
            type="button"
            disabled={ending}
            aria-label={`${action} ${nameAndPlace(one)}`}
            onClick={() => props.onEnd(one)}
          >
            {action}
          </button>
        )}
      </td>
    </tr>
  )
}

function ago(iso: string, now: number): string {
  const words = since(iso, now)
  return words === 'just now' ? words : `${words} ago`
}
