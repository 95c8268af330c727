import type { Place } from './use-place.ts'

const rooms: readonly (readonly [place: Place, name: string])[] = [
  ['tonight', 'Tonight'],
  ['sessions', 'Sessions'],
  ['menu', 'Menu'],
]

/** The ways around the office. */
export function OfficeNav({ here }: { readonly here: Place }) {
  return (
    <nav aria-label="Office">
      <ul>
        {rooms.map(([place, name]) => (
          <li key={place}>
            <a href={`#/${place}`} aria-current={place === here ? 'page' : undefined}>
              {name}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}
