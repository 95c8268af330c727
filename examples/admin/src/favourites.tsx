import type { Figures } from './figures.ts'

/** What is wanted most, as bars beside a table's cells. */
export function Favourites({ favourites }: Pick<Figures, 'favourites'>) {
  const most = Math.max(1, ...favourites.map(({ quantity }) => quantity))
  return (
    <section className="sheet chart" aria-labelledby="favourites">
      <h2 id="favourites">Favourites</h2>
      {favourites.length === 0 ? (
        <p className="state">Nothing was ordered in the last 24 hours.</p>
      ) : (
        <table className="figures favourites" aria-labelledby="favourites">
          <thead className="for-screen-readers">
            <tr>
              <th scope="col">Drink</th>
              <th scope="col">Glasses</th>
            </tr>
          </thead>
          <tbody>
            {favourites.map(({ name, quantity }) => (
              <tr key={name}>
                <th scope="row">
                  {name}
                  <svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
                    <rect className="bar" width={(100 * quantity) / most} height="1" />
                  </svg>
                </th>
                <td>{quantity}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}
