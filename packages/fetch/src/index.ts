export {
  type AutoRefreshFetch,
  type AutoRefreshInit,
  type AutoRefreshOptions,
  type Fetch,
  withAutoRefresh,
} from './with-auto-refresh.ts'
