export {
  type ContractAnswer,
  type ContractClient,
  type ContractOptions,
  type ContractRequest,
  type ContractTraits,
  type CreateContractClient,
  describeAutoRefresh,
} from './auto-refresh-contract.ts'
export { onTheWire } from './auto-refresh-contract-bytes.ts'
export { type HandTurnedSession, handTurnedSession } from './hand-turned-session.ts'
export { createHandTurnedSource, type HandTurnedSource } from './hand-turned-source.ts'
export { type ManualClock, manualClock, quiet } from './manual-clock.ts'
export { type Random, seededRandom } from './random.ts'
export {
  type RecordedRequest,
  type RecordingServer,
  refuse,
  startRecordingServer,
} from './recording-server.ts'
export {
  type Fault,
  type RotatingServer,
  type RotatingServerOptions,
  rotatingServer,
} from './rotating-server.ts'
export { type SimulationOptions, type SimulationReport, simulate } from './simulate.ts'
export { openStage, type Stage } from './stage.ts'
export {
  type NetworkOptions,
  type UnreliableNetwork,
  unreliableNetwork,
} from './unreliable-network.ts'
export { until, untilWaiting } from './until.ts'
export {
  type StorageFault,
  type VirtualBrowser,
  type VirtualBrowserOptions,
  type VirtualTab,
  virtualBrowser,
} from './virtual-browser.ts'
export { type VirtualLocks, virtualLocks } from './virtual-locks.ts'
export { type ObservedArea, type VirtualStorage, virtualStorage } from './virtual-storage.ts'
