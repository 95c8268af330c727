import { microseconds } from './figures.ts'
import type { AddedRow, WaitingRow } from './rows.ts'
import { barChart, lineChart } from './svg.ts'

/** The two that are better looked at than read. */
export function drawAdded(rows: readonly AddedRow[]): string {
  const bars = (transport: AddedRow['transport']) =>
    rows
      .filter(row => row.where === 'Node' && row.transport === transport)
      .sort((a, b) => a.added.median - b.added.median)
      .map(({ name, added, isOurs }) => ({
        label: name,
        value: added.median,
        text: microseconds(added.median),
        isOurs,
      }))
  return barChart({
    title: 'What keeping a session adds to each request',
    subtitle: 'microseconds, with a good token, over a transport that answers at once (Node)',
    groups: [
      { title: 'fetch', bars: bars('fetch') },
      { title: 'axios', bars: bars('axios') },
    ],
  })
}

export function drawWaiting(rows: readonly WaitingRow[]): string {
  const here = rows.filter(({ over, failed }) => over === 'http' && failed === 0)
  const names = [...new Set(here.map(({ name }) => name))]
  return lineChart({
    title: 'Requests that meet a token that is over, all at once',
    subtitle: 'wall time, as a multiple of "one refresh, then the same requests" (Node, real port)',
    xTitle: 'requests at once',
    lines: names.map(name => {
      const row = here.filter(row => row.name === name)
      return {
        label: name,
        isOurs: row.some(({ isOurs }) => isOurs),
        points: row.map(({ requests, ratio }) => ({ x: requests, y: ratio.median })),
      }
    }),
    goal: { value: 1, label: 'without an adapter' },
  })
}
