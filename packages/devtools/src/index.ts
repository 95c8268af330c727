export { devtools } from './devtools.ts'
export { type DevtoolsElement, defineDevtools } from './element/element.ts'
export type { Entry } from './log/entry.ts'
export type { Exported } from './log/exported.ts'
