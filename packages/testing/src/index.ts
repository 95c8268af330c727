export {
  type ContractAnswer,
  type ContractClient,
  type ContractOptions,
  type ContractRequest,
  type CreateContractClient,
  describeAutoRefresh,
} from './auto-refresh-contract.ts'
export { createHandTurnedSource, type HandTurnedSource } from './hand-turned-source.ts'
export {
  type RecordedRequest,
  type RecordingServer,
  refuse,
  startRecordingServer,
} from './recording-server.ts'
