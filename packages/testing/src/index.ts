export { type ManualClock, manualClock, quiet } from './manual-clock.ts'
export {
  type Fault,
  type RotatingServer,
  type RotatingServerOptions,
  rotatingServer,
} from './rotating-server.ts'
export {
  type ObservedArea,
  type VirtualBrowser,
  type VirtualTab,
  virtualBrowser,
} from './virtual-browser.ts'
