export { type ReadableSession, useSession } from './use-session.ts'
