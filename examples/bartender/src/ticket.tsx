import { nameOf, type Order } from '@tabkeeper-examples/house/bar'
import { since } from '@tabkeeper-examples/house/format'
import { Ticking } from '@tabkeeper-examples/house/react'

/** One order, as the slip that hangs over the counter. */
export function Ticket(props: {
  readonly order: Order
  readonly trouble: string | undefined
  readonly onMade: () => void
}) {
  const { order, trouble } = props
  return (
    <li className="ticket" aria-label={`Order ${order.number}`}>
      <div className="ticket-head">
        <h2>{order.number}</h2>
        <p>
          {nameOf({ email: 'Guest', name: order.customer.name })}
          <Ticking className="waiting" words={now => waiting(order, now)} every={10_000} />
        </p>
      </div>
      <ul className="drinks">
        {order.items.map(item => (
          <li key={item.menu_item_id}>
            <span className="quantity">{item.quantity} ×</span> {item.name}
          </li>
        ))}
      </ul>
      {order.note && <p className="note">{order.note}</p>}
      {trouble && (
        <p className="notice trouble" role="alert">
          Not marked as made. {trouble}
        </p>
      )}
      <button type="button" className="primary" onClick={props.onMade}>
        Made<span className="for-screen-readers">: order {order.number}</span>
      </button>
    </li>
  )
}

function waiting(order: Order, now: number): string {
  const words = since(order.created_at, now)
  return words === 'just now' ? words : `waiting ${words}`
}
