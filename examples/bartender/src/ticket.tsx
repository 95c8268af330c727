import { nameOf, type Order } from '@tabkeeper-examples/house/bar'
import { since } from '@tabkeeper-examples/house/format'
import { Picture, Ticking } from '@tabkeeper-examples/house/react'

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
          <Ticking words={now => <Waiting order={order} now={now} />} every={10_000} />
        </p>
      </div>
      <ul className="drinks">
        {order.items.map(item => (
          <li key={item.menu_item_id}>
            <Picture item={{ id: item.menu_item_id }} />
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
      <button
        type="button"
        className="primary"
        aria-label={`Mark order ${order.number} as made`}
        onClick={event => {
          focusNeighbour(event.currentTarget)
          props.onMade()
        }}
      >
        Made
      </button>
    </li>
  )
}

/** After this long somebody is thirsty. */
const LONG = 8 * 60_000

function Waiting({ order, now }: { readonly order: Order; readonly now: number }) {
  const words = since(order.created_at, now)
  const long = now - Date.parse(order.created_at) > LONG
  return (
    <span className={long ? 'waiting long' : 'waiting'}>
      {words === 'just now' ? words : `waiting ${words}`}
    </span>
  )
}

/** A made order takes its button with it: the keyboard goes on at the next one. */
function focusNeighbour(button: HTMLElement): void {
  const ticket = button.closest('li')
  const neighbour = ticket?.nextElementSibling ?? ticket?.previousElementSibling
  neighbour?.querySelector('button')?.focus()
}
