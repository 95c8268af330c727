export { clientAddress } from './client-address.ts'
export { type Listening, type ListenOptions, listen } from './listen.ts'
export { run } from './run.ts'
export { readSettings, type ServeSettings } from './settings.ts'
