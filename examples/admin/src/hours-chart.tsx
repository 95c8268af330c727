/** Orders by the hour, drawn and as a table. */
export function HoursChart(props: { readonly to: string; readonly counts: readonly number[] }) {
  const { counts } = props
  const most = Math.max(4, ...counts)
  const hours = counts.map((_, index) => hourName(props.to, counts.length - 1 - index))
  const busiest = counts.indexOf(Math.max(...counts))
  return (
    <section className="sheet chart" aria-labelledby="hours">
      <h2 id="hours">Orders by the hour</h2>
      <p className="quiet">
        {counts[busiest]
          ? `The busiest hour began at ${hours[busiest]}, with ${counts[busiest]} order${counts[busiest] === 1 ? '' : 's'}.`
          : 'No orders yet.'}
      </p>
      <svg viewBox={`0 0 ${counts.length} 10`} preserveAspectRatio="none" aria-hidden="true">
        {[2.5, 5, 7.5].map(y => (
          <path key={y} d={`M0 ${y}h${counts.length}`} className="grid-line" />
        ))}
        {counts.map((count, hour) => (
          <rect
            key={hours[hour]}
            className={hour === busiest ? 'bar busiest' : 'bar'}
            x={hour + 0.14}
            width={0.72}
            y={10 - (10 * count) / most}
            height={(10 * count) / most}
          />
        ))}
      </svg>
      <p className="axis" aria-hidden="true">
        {[0, 6, 12, 18].map(hour => (
          <span key={hour}>{hours[hour]}</span>
        ))}
        <span>now</span>
      </p>
      <details>
        <summary>The same as a table</summary>
        <table className="figures">
          <thead>
            <tr>
              <th scope="col">Hour from</th>
              <th scope="col">Orders</th>
            </tr>
          </thead>
          <tbody>
            {counts.map((count, hour) => (
              <tr key={hours[hour]}>
                <th scope="row">{hours[hour]}</th>
                <td>{count}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  )
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })

/** When an hour began that ended so many hours before `to`. */
const hourName = (to: string, hoursBefore: number): string =>
  clock.format(Date.parse(to) - (hoursBefore + 1) * 3_600_000)
