import { microseconds, milliseconds, times } from '../report/figures.ts'
import { sayMachines } from '../report/machine.ts'
import type { Table } from '../report/table.ts'
import { isMet, type LoadRow, type ServerResult } from './results.ts'

const isOurs = ([name = '']: readonly string[]) => name.startsWith('Tabkeeper')

/** What a person reads of a result. */
export function serverTables(result: ServerResult): readonly Table[] {
  const { leftOut, connections, seconds, rounds, postgres, measuredOn } = result
  return [
    loadTable('Proving who sends a request, over HTTP', result.verify),
    loadTable('Exchanging a refresh token, over HTTP', result.refresh),
    sizesTable(result),
    {
      ...goalsTable(result),
      notes: [
        ...leftOut.map(({ name, why }) => `${name} is left out: ${why}`),
        `${sayMachines([measuredOn])}; ${postgres}`,
        `${rounds} rounds of ${seconds} s each, ${connections} connections; server, database and load share the cores`,
      ],
    },
  ]
}

export const loadTable = (title: string, rows: readonly LoadRow[]): Table => ({
  title,
  columns: ['', 'a second', 'half of the rounds', 'p50', 'p99', 'processor time'],
  rows: rows.map(({ name, perSecond, p50, p99, cpu }) => [
    name,
    count(perSecond.median),
    `${count(perSecond.from)} to ${count(perSecond.to)}`,
    milliseconds(p50.median),
    milliseconds(p99.median),
    microseconds(cpu.median),
  ]),
  isOurs,
})

export const sizesTable = ({ sizes }: ServerResult): Table => ({
  title: 'One more request by cookie, among so many sessions',
  columns: ['sessions', 'takes', 'of the least', 'p99', 'row', 'with indexes'],
  rows: sizes.map(({ sessions, perRequest, ofSmallest, p99, rowBytes, totalBytes }) => [
    count(sessions),
    microseconds(perRequest.median),
    times(ofSmallest.median),
    milliseconds(p99.median),
    `${count(rowBytes)} B`,
    `${count(totalBytes)} B`,
  ]),
})

export const goalsTable = ({ goals }: ServerResult): Table => ({
  title: 'Goals, compared within the rounds',
  columns: ['', 'wanted', 'measured', 'half of the rounds', ''],
  rows: goals.map(goal => [
    goal.name,
    `${goal.wanted.is} ${times(goal.wanted.ratio)}`,
    times(goal.ratio.median),
    `${times(goal.ratio.from)} to ${times(goal.ratio.to)}`,
    isMet(goal) ? 'met' : 'missed',
  ]),
})

export const count = (number: number): string => Math.round(number).toLocaleString('en')
