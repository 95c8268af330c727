/** What needs no test runner: for node:test, Jest and the like. The front door has it too. */
export { type HandTurnedSession, handTurnedSession } from '../hand-turned-session.ts'
export { type ManualClock, manualClock, quiet } from '../manual-clock.ts'
export {
  type Fault,
  type RotatingServer,
  type RotatingServerOptions,
  rotatingServer,
} from '../rotating-server.ts'
export {
  type StorageFault,
  type VirtualBrowser,
  type VirtualBrowserOptions,
  type VirtualTab,
  virtualBrowser,
} from '../virtual-browser.ts'
export {
  createTestSession,
  TEST_ORIGIN,
  type TestSession,
  type TestSessionOptions,
  type TestSessionState,
  type TestTab,
} from './create-test-session.ts'
