export { type ManualClock, manualClock, quiet } from './manual-clock.ts'
export {
  type Fault,
  type RotatingServer,
  type RotatingServerOptions,
  rotatingServer,
} from './rotating-server.ts'
export {
  type StorageFault,
  type VirtualBrowser,
  type VirtualBrowserOptions,
  type VirtualTab,
  virtualBrowser,
} from './virtual-browser.ts'
export { type VirtualLocks, virtualLocks } from './virtual-locks.ts'
export { type ObservedArea, type VirtualStorage, virtualStorage } from './virtual-storage.ts'
