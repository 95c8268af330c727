export {
  countRefreshes,
  expireTokens,
  openTabs,
  type RefreshCount,
  type SentRequest,
  type TabContext,
  type TabPage,
} from './tabs.ts'
