import { Live, useLive } from '@tabkeeper-examples/house/react'
import { bar } from './session.ts'
import { Ticket } from './ticket.tsx'
import { useMaking } from './use-making.ts'

/** The open orders, oldest first. */
export function QueuePage() {
  const { live, reload } = useLive(bar.openOrders, 4_000)
  const { gone, troubles, latest, markMade } = useMaking()
  const open = live.is === 'ready' ? live.data.filter(order => !gone.has(order.id)) : null
  return (
    <main className="page">
      <div className="page-head">
        <h1 tabIndex={-1}>Open orders</h1>
        <p className="count" role="status">
          {open && (open.length > 0 ? `${open.length} waiting` : 'None waiting')}
          {latest && <span className="quiet"> · order {latest.number} made</span>}
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
