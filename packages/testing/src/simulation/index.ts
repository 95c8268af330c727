/** Everything about simulations, without the contract suites: needs no test runner. */
export { type PromiseName, promises } from './promises.ts'
export { describeCounterExample, search } from './search.ts'
export type { Assembly } from './seat.ts'
export { type SimulationOptions, type SimulationReport, simulate } from './simulate.ts'
export type { Breach } from './story.ts'
export type { Removal } from './take-away.ts'
export { unprotected } from './unprotected.ts'
