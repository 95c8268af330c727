import { kilobytes, microseconds, milliseconds, range, times } from './figures.ts'
import { sayMachines } from './machine.ts'
import type { Kind, Result, Rows } from './results.ts'
import type { AddedRow, FaultsRow, OutageOutcome, SizeRow, TabsRow, WaitingRow } from './rows.ts'
import type { Table } from './table.ts'

const isOurs = ([name = '']: readonly string[]) => name.startsWith('Tabkeeper')

/** What a person reads of a result. */
export function tablesOf<K extends Kind>(kind: K, result: Result<K>): readonly Table[] {
  const tables = TABLES[kind](result.rows)
  const leftOut = result.leftOut.map(({ name, why }) => `${name} is left out: ${why}`)
  const measured = `${sayMachines([result.measuredOn])}; rounds: ${result.rounds}`
  return tables.map((table, i) =>
    i === tables.length - 1
      ? { ...table, notes: [...(table.notes ?? []), ...leftOut, measured] }
      : table,
  )
}

const TABLES: { readonly [K in Kind]: (rows: Rows[K]) => readonly Table[] } = {
  sizes: sizesTable,
  added: addedTables,
  waiting: waitingTables,
  tabs: tabsTable,
  faults: faultsTable,
}

function sizesTable(rows: readonly SizeRow[]): readonly Table[] {
  const ours = rows.find(({ name }) => name === 'Tabkeeper, fetch')?.brotli ?? Number.NaN
  return [
    {
      title:
        'Size of the smallest realistic bundle (what comes on top of axios, where there is one)',
      columns: ['', 'minified', 'gzip', 'brotli', 'of ours'],
      rows: rows.map(({ name, minified, gzip, brotli }) => [
        name,
        kilobytes(minified),
        kilobytes(gzip),
        kilobytes(brotli),
        times(brotli / ours),
      ]),
      isOurs,
    },
  ]
}

function addedTables(rows: readonly AddedRow[]): readonly Table[] {
  return (['Node', 'Chromium'] as const).flatMap(where =>
    (['fetch', 'axios'] as const).map(transport => {
      const here = rows.filter(row => row.where === where && row.transport === transport)
      return {
        title: `Time added to a request by ${transport} with a good token, ${where}`,
        columns: ['', 'floor', 'added', 'half of the rounds', 'of the floor', 'storage reads'],
        rows: here.map(({ name, floor, added, storageReads }) => [
          name,
          microseconds(floor.median),
          microseconds(added.median),
          `${added.from.toFixed(2)} to ${added.to.toFixed(2)}`,
          times((floor.median + added.median) / floor.median),
          String(storageReads),
        ]),
        isOurs,
      }
    }),
  )
}

const OVER = { stub: 'a transport inside the process', http: 'a server behind a real port' }

function waitingTables(rows: readonly WaitingRow[]): readonly Table[] {
  const counts = [...new Set(rows.map(({ requests }) => requests))]
  return (['http', 'stub'] as const).map(over => {
    const here = rows.filter(row => row.over === over)
    const names = [...new Set(here.map(({ name }) => name))]
    return {
      title: `Requests at once with a token that is over: wall time of "a refresh, then the requests", over ${OVER[over]}`,
      columns: ['', ...counts.map(count => count.toLocaleString('en')), 'longest', 'refreshes'],
      rows: names.map(name => {
        const row = here.filter(row => row.name === name)
        return [
          name,
          ...row.map(({ ratio, failed }) =>
            failed > 0 ? `${failed} failed` : times(ratio.median),
          ),
          milliseconds(Math.max(...row.map(({ peer }) => peer.median))),
          range(row.map(({ refreshes }) => refreshes)),
        ]
      }),
      isOurs,
    }
  })
}

function tabsTable(rows: readonly TabsRow[]): readonly Table[] {
  const counts = [...new Set(rows.map(({ tabs }) => tabs))]
  const names = [...new Set(rows.map(({ name }) => name))]
  return [
    {
      title: 'Tabs that wake together, 20 requests each, a server that forgives nothing',
      columns: ['', ...counts.map(count => `${count} tabs`)],
      rows: names.map(name => [
        name,
        ...counts.map(count => {
          const rounds = rows.find(row => row.name === name && row.tabs === count)?.rounds ?? []
          return [
            range(rounds.map(({ refreshes }) => refreshes)),
            range(rounds.map(({ requestsFailed }) => requestsFailed)),
            range(rounds.map(({ loggedOut }) => loggedOut)),
          ].join(' / ')
        }),
      ]),
      isOurs,
      notes: ['refresh calls / requests failed / tabs logged out; a range where rounds differed'],
    },
  ]
}

function faultsTable(rows: readonly FaultsRow[]): readonly Table[] {
  return [
    {
      title: 'Twenty requests at once, and something goes wrong',
      columns: ['', 'late 401s', '503', 'dropped', 'answer lost', 'signed out meanwhile'],
      rows: rows.map(({ name, outages, cameBack }) => [
        name,
        outcome(outages.refused),
        outcome(outages.unavailable),
        outcome(outages.dropped),
        outcome(outages['answer-lost']),
        cameBack ? 'came back' : 'stayed out',
      ]),
      isOurs,
      notes: [
        'refresh calls / requests failed / whether the session was there again within ten seconds',
      ],
    },
  ]
}

function outcome({ refreshes, requestsFailed, requestsHanging, signedIn }: OutageOutcome): string {
  const hanging = requestsHanging > 0 ? ` (${requestsHanging} never answered)` : ''
  return `${refreshes} / ${requestsFailed}${hanging} / ${signedIn}`
}
