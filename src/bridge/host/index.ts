// The home of an engine: for a page through a carrier, or for a process by itself.

export { KUBERNETES_VERSION } from './engine-host.ts'
export { decisionView } from './decision-streams.ts'
export { FrameMaker } from './frame-maker.ts'
export { HostedCluster } from './hosted-cluster.ts'
export { SPEED_MAX, SPEED_MIN, type WallClock } from './pacing.ts'
export { DEFAULT_SCENARIO, findScenario, parseScenario, SCENARIO_NAMES, type Scenario } from './scenarios/scenarios.ts'
export { printSnapshot, readSnapshot } from './snapshot.ts'
export { startCluster, type StartOptions } from './start-cluster.ts'
