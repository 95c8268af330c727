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
export { challenge } from './auto-refresh-contract-step-up.ts'
export { cookieFetch } from './cookie-fetch.ts'
export { createHandTurnedSource, type HandTurnedSource } from './hand-turned-source.ts'
export { type Random, seededRandom } from './random.ts'
export {
  type RecordedRequest,
  type RecordingServer,
  refuse,
  startRecordingServer,
} from './recording-server.ts'
export { openStage, type Stage, type StageOptions } from './stage.ts'
export * from './test-session/index.ts'
export {
  type NetworkOptions,
  type Outage,
  type UnreliableNetwork,
  unreliableNetwork,
} from './unreliable-network.ts'
export { until, untilWaiting } from './until.ts'
export { type VirtualBar, virtualBar } from './virtual-bar.ts'
export { type VirtualLocks, virtualLocks } from './virtual-locks.ts'
export { type ObservedArea, type VirtualStorage, virtualStorage } from './virtual-storage.ts'
