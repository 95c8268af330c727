export type { Entry } from '../log/entry.ts'
export type { Exported } from '../log/exported.ts'
export { explain } from './explain.ts'
export type { Finding } from './story.ts'
