import { Live, useLive } from '@tabkeeper-examples/house/react'
import { bar } from './session.ts'
import { Ticket } from './ticket.tsx'
import { useMaking } from './use-making.ts'

/** The open orders, oldest first. */
export function QueuePage() {
  const { live, reload } = useLive(bar.openOrders, 4_000)
  const { gone, troubles, latest, markMade } = useMaking()
  return (
    <main className="page">
      <Live live={live} reload={reload} what="the orders">
        {orders => {
          const open = orders.filter(order => !gone.has(order.id))
          return (
            <>
              <div className="page-head">
                <h1>Open orders</h1>
                <p className="count" role="status">
                  {open.length === 0 ? 'None waiting' : `${open.length} waiting`}
                  {latest && <span className="quiet"> · order {latest.number} made</span>}
                </p>
              </div>
              {open.length === 0 && (
                <p className="state">Nothing to make. New orders appear here by themselves.</p>
              )}
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
            </>
          )
        }}
      </Live>
    </main>
  )
}
