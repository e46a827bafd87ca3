// The machine's clock, for pacing an engine in this process.

import type { WallClock } from '../bridge/host/index.ts'

const FRAME_MS = 1_000 / 60

export const machineClock: WallClock = {
  nowMs: () => performance.now(),
  schedule: callback => {
    const timer = setTimeout(callback, FRAME_MS)
    return () => clearTimeout(timer)
  },
}
