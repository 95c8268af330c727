import { availableParallelism, cpus, loadavg, platform, release } from 'node:os'
import { range } from './figures.ts'

/** What figures were measured on: nothing that would tell whose machine it is. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly system: string
  readonly node: string
  readonly chromium: string | null
  /** How many processes wanted a core, over the minute before the run. A quiet machine has less than its cores. */
  readonly load: number
  /** The day, in UTC. */
  readonly date: string
}

export function describeMachine(chromium: string | null): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    system: `${platform()} ${release().split('.').slice(0, 2).join('.')}`,
    node: process.versions.node,
    chromium,
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
    date: new Date().toISOString().slice(0, 10),
  }
}

/** Machines in one sentence: one, where all figures come from the same. */
export function sayMachines(machines: readonly Machine[]): string {
  const loads = machines.map(({ load }) => load)
  return `${[...new Set(machines.map(place))].join('; ')}; load ${range(loads)}`
}

function place({ cpu, cores, node, chromium, date }: Machine): string {
  return `${date}, ${cores} cores of ${cpu}, Node ${node}, ${chromium === null ? 'no browser' : `Chromium ${chromium}`}`
}
