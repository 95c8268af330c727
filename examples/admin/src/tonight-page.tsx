import { price } from '@tabkeeper-examples/house/format'
import { Live, useLive } from '@tabkeeper-examples/house/react'
import { Favourites } from './favourites.tsx'
import { type Figures, loadFigures } from './figures.ts'
import { HoursChart } from './hours-chart.tsx'

/** The last 24 hours at the bar. */
export function TonightPage() {
  const { live, reload } = useLive(loadFigures, 20_000)
  return (
    <main className="page">
      <h1 tabIndex={-1}>Tonight</h1>
      <Live live={live} reload={reload} what="the figures">
        {figures => (
          <>
            <Numbers figures={figures} />
            <div className="charts">
              <HoursChart to={figures.to} counts={figures.placed_by_hour} />
              <Favourites favourites={figures.favourites} />
            </div>
          </>
        )}
      </Live>
    </main>
  )
}

function Numbers({ figures: { orders, revenue_cents, median_wait } }: { figures: Figures }) {
  const numbers = [
    ['Taken', price(revenue_cents)],
    ['Orders', orders.placed],
    ['Waiting now', orders.open],
    ['Typical wait', median_wait === null ? 'None yet' : wait(median_wait)],
  ] as const
  return (
    <dl className="numbers" aria-label="The last 24 hours">
      {numbers.map(([name, number]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{number}</dd>
        </div>
      ))}
    </dl>
  )
}

const wait = (seconds: number): string =>
  seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
