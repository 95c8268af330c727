import type { EpochMs } from '../clock.ts'
import type { AuthEvent, AuthEventKind } from '../events/auth-event.ts'

/** What has happened in one tenant on this instance since it started. */
export interface Counters {
  readonly since: EpochMs
  count(event: AuthEvent): void
  of(kind: AuthEventKind): number
}

/** Counters for Prometheus, whose business sums over instances are. */
export interface Totals {
  count(event: AuthEvent): void
  /** Returns the counters in the text format of Prometheus 0.0.4. */
  toText(gauges: Readonly<Record<string, readonly [help: string, value: number]>>): string
}

export function createCounters(since: EpochMs): Counters {
  const byKind = new Map<AuthEventKind, number>()
  return {
    since,
    count: ({ kind }) => void byKind.set(kind, (byKind.get(kind) ?? 0) + 1),
    of: kind => byKind.get(kind) ?? 0,
  }
}

export function createTotals(since: EpochMs): Totals {
  const byKind = new Map<AuthEventKind, number>()
  const byReason = new Map<string, number>()

  return {
    count({ kind, data }) {
      byKind.set(kind, (byKind.get(kind) ?? 0) + 1)
      if (kind !== 'revoked') return
      const reason = String(data.reason)
      const sessions = typeof data.count === 'number' ? data.count : 1
      byReason.set(reason, (byReason.get(reason) ?? 0) + sessions)
    },
    toText(gauges) {
      const blocks = Object.entries(gauges).map(([name, [help, value]]) =>
        block(name, 'gauge', help, [[name, value]]),
      )
      return [
        ...blocks,
        block('tabkeeper_events_total', 'counter', 'What happened, by kind.', [
          ...labelled('tabkeeper_events_total', 'kind', byKind),
        ]),
        block('tabkeeper_revoked_sessions_total', 'counter', 'Sessions ended, by reason.', [
          ...labelled('tabkeeper_revoked_sessions_total', 'reason', byReason),
        ]),
        block('tabkeeper_start_time_seconds', 'gauge', 'When this instance started.', [
          ['tabkeeper_start_time_seconds', since / 1000],
        ]),
      ].join('')
    },
  }
}

const block = (name: string, type: string, help: string, lines: readonly [string, number][]) =>
  [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines.map(line => line.join(' '))]
    .map(line => `${line}\n`)
    .join('')

const labelled = (name: string, label: string, values: ReadonlyMap<string, number>) =>
  [...values].map(([value, count]): [string, number] => [
    `${name}{${label}="${quoted(value)}"}`,
    count,
  ])

const quoted = (value: string): string =>
  value.replace(/["\\\n]/g, special => (special === '\n' ? '\\n' : `\\${special}`))
