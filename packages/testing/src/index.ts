export { type ManualClock, manualClock, quiet } from './manual-clock.ts'
export {
  type ObservedArea,
  type VirtualBrowser,
  type VirtualTab,
  virtualBrowser,
} from './virtual-browser.ts'
