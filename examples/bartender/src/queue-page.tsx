import { lineInWords } from '@tabkeeper-examples/house/line-in-words'
import { Live, useEvents, useLive } from '@tabkeeper-examples/house/react'
import type { Place } from './place.ts'
import { Ticket } from './ticket.tsx'
import { useMaking } from './use-making.ts'

/** What the bar tells the counter as it happens. */
const NEWS = ['order.placed', 'order.made']

/** The open orders, oldest first, as they are placed. */
export function QueuePage({ place: { bar, fetch, session } }: { readonly place: Place }) {
  const line = useEvents(session, fetch, NEWS, () => void reload())
  // Where the line is open, loading by the clock is for what it has lost.
  const { live, reload } = useLive(bar.openOrders, line === 'open' ? 60_000 : 4_000)
  const { gone, troubles, latest, markMade } = useMaking(bar)
  const open = live.is === 'ready' ? live.data.filter(order => !gone.has(order.id)) : null
  return (
    <main className="page">
      <div className="page-head queue-head">
        <h1 tabIndex={-1}>Open orders</h1>
        <p className="count">
          <span className="line" data-line={line}>
            {lineInWords(line)}
          </span>
          <span role="status">
            {open && (open.length > 0 ? `${open.length} waiting` : 'None waiting')}
            {latest && <span className="quiet"> · order {latest.number} made</span>}
          </span>
        </p>
      </div>
      <Live live={live} reload={reload} what="the orders">
        {() =>
          open?.length ? (
            <ol className="queue" aria-label="Open orders">
              {open.map(order => (
                <Ticket
                  key={order.id}
                  order={order}
                  trouble={troubles.get(order.id)}
                  onMade={() => markMade(order)}
                />
              ))}
            </ol>
          ) : (
            <p className="state">Nothing to make. New orders appear here by themselves.</p>
          )
        }
      </Live>
    </main>
  )
}
