import { kilobytes, microseconds, range, times } from './figures.ts'
import { sayMachines } from './machine.ts'
import type { Results, Rows } from './results.ts'
import type { AddedRow, TabsOutcome } from './rows.ts'
import { inMarkdown } from './table.ts'

const START = '<!-- bench -->'
const END = '<!-- /bench -->'

/** Puts the newest figures between the two marks of a README; without marks it comes back as it was. */
export function withFigures(readme: string, results: Results): string {
  const start = readme.indexOf(START)
  const end = readme.indexOf(END)
  if (start === -1 || end === -1) return readme
  return `${readme.slice(0, start)}${START}\n\n${figures(results)}\n\n${readme.slice(end)}`
}

/** What the README quotes: ours, and the best and the worst of the others. */
function figures(results: Results): string {
  const { sizes, added, waiting, tabs } = results
  const table = inMarkdown({
    title: '',
    columns: ['', 'Tabkeeper', 'the best of the others', 'the worst of the others'],
    rows: [
      ...(sizes ? [sizeRow(sizes.rows)] : []),
      ...(added ? addedRows(added.rows) : []),
      ...(waiting ? [waitingRow(waiting.rows, 'fetch'), waitingRow(waiting.rows, 'axios')] : []),
      ...(tabs ? [tabsRow(tabs.rows)] : []),
    ],
  })
  const machines = [sizes, added, waiting, tabs].flatMap(result =>
    result ? [result.measuredOn] : [],
  )
  const pictures = [
    added && '![Bars: what each library adds to a request](bench/results/added.svg)',
    waiting &&
      '![Lines: requests that wait for a refresh, as a multiple of the same requests without a wait](bench/results/waiting.svg)',
  ]
    .flatMap(picture => (picture ? [`\n\n${picture}`] : []))
    .join('')
  return `${table}\n\nMeasured side by side: ${sayMachines(machines)} (the machine is quiet below its cores). The ratios travel, the absolute figures do not.${pictures}`
}

interface Named {
  readonly name: string
  readonly isOurs: boolean
}

function compare<Row extends Named>(
  title: string,
  rows: readonly Row[],
  worth: (row: Row) => number,
  say: (row: Row) => string,
): readonly string[] {
  const others = rows.filter(({ isOurs }) => !isOurs).sort((a, b) => worth(a) - worth(b))
  const quote = (row: Row | undefined) => (row ? `${say(row)} (${row.name})` : '–')
  const ours = rows.find(({ isOurs }) => isOurs)
  return [title, ours ? say(ours) : '–', quote(others[0]), quote(others.at(-1))]
}

function sizeRow(rows: Rows['sizes']): readonly string[] {
  const whole = rows.filter(({ name }) => name !== 'Tabkeeper, fetch: own code alone')
  return compare(
    'bundle, all in, brotli',
    whole,
    ({ brotli }) => brotli,
    ({ brotli }) => kilobytes(brotli),
  )
}

function addedRows(rows: Rows['added']): readonly (readonly string[])[] {
  return (['fetch', 'axios'] as const).flatMap(transport =>
    (['Node', 'Chromium'] as const).map(where => addedRow(rows, transport, where)),
  )
}

function addedRow(
  rows: Rows['added'],
  transport: AddedRow['transport'],
  where: AddedRow['where'],
): readonly string[] {
  return compare(
    `added to a request, ${transport}, ${where}`,
    rows.filter(row => row.where === where && row.transport === transport),
    row => row.added.median,
    row => microseconds(row.added.median),
  )
}

function waitingRow(rows: Rows['waiting'], transport: AddedRow['transport']): readonly string[] {
  return compare(
    `10,000 requests that wait for a refresh, ${transport}, against none that wait`,
    rows.filter(
      row => row.over === 'http' && row.requests === 10_000 && row.transport === transport,
    ),
    row => (row.failed > 0 ? Number.POSITIVE_INFINITY : row.ratio.median),
    row => (row.failed > 0 ? `${row.failed} failed` : times(row.ratio.median)),
  )
}

function tabsRow(rows: Rows['tabs']): readonly string[] {
  const five = rows.filter(row => row.tabs === 5)
  const most = (rounds: readonly TabsOutcome[]) =>
    Math.max(...rounds.map(({ requestsFailed }) => requestsFailed))
  return compare(
    'five tabs wake together: refresh calls, requests failed, tabs logged out',
    five,
    row => most(row.rounds),
    ({ rounds }) =>
      [
        range(rounds.map(({ refreshes }) => refreshes)),
        range(rounds.map(({ requestsFailed }) => requestsFailed)),
        range(rounds.map(({ loggedOut }) => loggedOut)),
      ].join(', '),
  )
}
