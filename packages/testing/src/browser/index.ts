export { openProfile, type Profile } from './chromium.ts'
export type { tabkeeper } from './page.ts'
export { type ServedBar, serveBar } from './serve-bar.ts'
