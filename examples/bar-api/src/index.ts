export { type Bar, createBar } from './bar.ts'
export { type BarApi, createBarApi } from './bar-api.ts'
export { type DemoAccount, ensureDemoAccounts } from './demo-accounts.ts'
