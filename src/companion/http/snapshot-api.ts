// The whole cluster as one file, and back: the same text that a page saves and opens. Watches end with the cluster that
// they were of; the clock goes on, or stands, as before.

import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { printSnapshot, readSnapshot, type HostedCluster } from '../../bridge/host/index.ts'
import { Refusal } from './status.ts'
import type { InTurn } from './turns.ts'

/** Room for tens of thousands of Pods. */
const SNAPSHOT_BYTES_MAX = 256 * 1_048_576

export interface SnapshotApiOptions {
  readonly home: HostedCluster
  readonly inTurn: InTurn
}

/** The route /playground/v1/snapshot; other methods of it are left to who comes next. */
export function createSnapshotApi({ home, inTurn }: SnapshotApiOptions): Hono {
  const api = new Hono()
  const limit = bodyLimit({
    maxSize: SNAPSHOT_BYTES_MAX,
    onError: () => {
      throw new Refusal(413, `the snapshot is larger than ${SNAPSHOT_BYTES_MAX} bytes`)
    },
  })
  api.get('/snapshot', context =>
    inTurn(async () => {
      home.catchUp()
      context.header('Content-Type', 'application/json')
      context.header('Content-Disposition', 'attachment; filename="service-playground.json"')
      return context.body(printSnapshot(home.save()))
    }),
  )
  api.put('/snapshot', limit, context =>
    inTurn(async () => {
      restore(home, await context.req.text())
      return context.json(home.clock)
    }),
  )
  return api
}

function restore(home: HostedCluster, text: string): void {
  try {
    home.restore(readSnapshot(text))
  } catch (error) {
    throw new Refusal(400, error instanceof Error ? error.message : String(error))
  }
}
