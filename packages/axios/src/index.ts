export {
  type AutoRefreshOptions,
  withAutoRefresh,
  withoutAutoRefresh,
} from './with-auto-refresh.ts'
