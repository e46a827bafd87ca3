// The pipes, and what all of them are.

export type { ClientCarrier, HostCarrier, ToClient, ToHost } from './carrier.ts'
export { createInProcessPair } from './in-process-carrier.ts'
export { createWorkerClientCarrier, createWorkerHostCarrier, type MessagePipe } from './worker-carrier.ts'
