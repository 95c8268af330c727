import { sayMachines } from '../report/machine.ts'
import { inMarkdown } from '../report/table.ts'
import { BEARER, COOKIE, OURS } from './catalogue.ts'
import type { LoadRow, ServerResult } from './results.ts'
import { count, goalsTable, loadTable, sizesTable } from './tables.ts'

const START = '<!-- bench:server -->'
const END = '<!-- /bench:server -->'

/** Puts the newest figures between the two marks of a document; without marks it comes back as it was. */
export function withServerFigures(text: string, result: ServerResult): string {
  const start = text.indexOf(START)
  const end = text.indexOf(END)
  if (start === -1 || end === -1) return text
  return `${text.slice(0, start)}${START}\n\n${figures(result)}\n\n${text.slice(end)}`
}

function figures(result: ServerResult): string {
  const { measuredOn, postgres, rounds, seconds, connections, leftOut } = result
  return [
    `Measured: ${sayMachines([measuredOn])} (the machine is quiet below its cores); ${postgres}; ${rounds} rounds of ${seconds} s each, in turns, over ${connections} connections. The server, PostgreSQL and what asks them share the cores. The ratios travel, the absolute figures do not.`,
    ...leftOut.map(({ name, why }) => `${name} is left out: ${why}`),
    '### Proving who sends a request',
    inMarkdown(loadTable('', result.verify)),
    '### Refreshing',
    inMarkdown(loadTable('', result.refresh)),
    '### Many sessions',
    inMarkdown(sizesTable(result)),
    '### Against the goals',
    inMarkdown(goalsTable(result)),
    '### The arithmetic',
    assumptions(result),
    inMarkdown(arithmetic(result)),
  ].join('\n\n')
}

/** Seconds between two requests of somebody who is at it. */
const betweenRequests = 5
/** Seconds between two refreshes: tokens live 30 minutes and are refreshed 5 before their end. */
const betweenRefreshes = 25 * 60
const day = 24 * 60 * 60

function assumptions({ writes, sizes }: ServerResult): string {
  const largest = sizes.at(-1)
  return [
    `A user who is at it sends a request every ${betweenRequests} s, refreshes every ${betweenRefreshes / 60} minutes (${day / betweenRefreshes} times in a day that never ends) and is noted as seen once a minute.`,
    `A refresh adds ${count(writes.rotation)} bytes to PostgreSQL's log and a note of "last seen" ${count(writes.lastSeen)}, besides the commit and, after each checkpoint, a copy of each page that is touched.`,
    `A session is a row of ${count(largest?.rowBytes ?? Number.NaN)} bytes, ${count(largest?.totalBytes ?? Number.NaN)} with its indexes; it is kept for 30 days after its end.`,
  ].join(' ')
}

function arithmetic({ verify, refresh, writes, sizes }: ServerResult) {
  const cpu = (rows: readonly LoadRow[], name: string) =>
    rows.find(row => row.name === name)?.cpu.median ?? Number.NaN
  const bytes = sizes.at(-1)?.totalBytes ?? Number.NaN
  return {
    title: '',
    columns: [
      'users at it at once',
      'requests a second',
      'refreshes a second',
      'notes a second',
      'log a day',
      'cores for instances, access token',
      'the same, cookie',
      'their rows, 10 sessions each',
    ],
    rows: [1_000, 10_000, 100_000].map(users => {
      const requests = users / betweenRequests
      const refreshes = users / betweenRefreshes
      const notes = users / 60
      const busy = (kind: string) =>
        (requests * cpu(verify, kind) + refreshes * cpu(refresh, OURS)) / 1_000_000
      return [
        count(users),
        count(requests),
        refreshes.toFixed(1),
        count(notes),
        gigabytes(day * (refreshes * writes.rotation + notes * writes.lastSeen)),
        busy(BEARER).toFixed(2),
        busy(COOKIE).toFixed(2),
        gigabytes(users * 10 * bytes),
      ]
    }),
  }
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(2)} GB`
