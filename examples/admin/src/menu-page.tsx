import { Live, useLive } from '@tabkeeper-examples/house/react'
import { loadMenu } from './menu-items.ts'
import { MenuRow } from './menu-row.tsx'

/** What the menu looks like, and the pictures on it. */
export function MenuPage() {
  const { live, reload } = useLive(loadMenu, 60_000)
  return (
    <main className="page">
      <div className="page-head">
        <h1 tabIndex={-1}>Menu</h1>
        <p className="quiet">PNG, JPEG or WebP, 2 MB at most. Guests see a new picture at once.</p>
      </div>
      <Live live={live} reload={reload} what="the menu">
        {items =>
          items.length === 0 ? (
            <p className="state">The card is empty tonight.</p>
          ) : (
            <ul className="cards" aria-label="Drinks">
              {items.map(item => (
                <MenuRow key={item.id} item={item} onChange={reload} />
              ))}
            </ul>
          )
        }
      </Live>
    </main>
  )
}
