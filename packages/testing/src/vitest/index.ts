import './matchers-type.ts'

export { type CountsRefreshes, sessionMatchers } from './matchers.ts'
