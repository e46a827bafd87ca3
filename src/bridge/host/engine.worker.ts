// The worker's entry: one engine host for the page that started it. The page says what to start with in the worker's name,
// as JSON: `{"scenario": "my-service", "seed": 1, "speed": 1}`, each optional.

import { createWorkerHostCarrier, type MessagePipe } from '../carriers/index.ts'
import { createEngineHost } from './engine-host.ts'
import { SPEED_MAX, SPEED_MIN } from './pacing.ts'

const FRAME_MS = 1_000 / 60

interface WorkerName {
  readonly scenario?: unknown
  readonly seed?: unknown
  readonly speed?: unknown
}

const { scenario, seed, speed } = readName(self.name)

createEngineHost({
  carrier: createWorkerHostCarrier(self as unknown as MessagePipe),
  clock: {
    nowMs: () => performance.now(),
    schedule: callback => {
      const timer = setTimeout(callback, FRAME_MS)
      return () => clearTimeout(timer)
    },
  },
  scenario: typeof scenario === 'string' ? scenario : undefined,
  seed: Number.isInteger(seed) && (seed as number) >= 0 ? (seed as number) : 1,
  speed: typeof speed === 'number' && speed >= SPEED_MIN && speed <= SPEED_MAX ? speed : undefined,
  playing: true,
})

// A name that is no such JSON (a page of another version) starts what runs when nothing is named.
function readName(name: string): WorkerName {
  try {
    const value: unknown = JSON.parse(name)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}
