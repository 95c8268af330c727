export type { Lease, TokenSource } from './token-source.ts'
