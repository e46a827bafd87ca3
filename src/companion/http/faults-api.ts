// The faults of the cluster over HTTP: those planned and those in force, one more, and the end of one.

import { Hono } from 'hono'
import type { HostedCluster } from '../../bridge/host/index.ts'
import { readFault, type Fault } from '../../engine/index.ts'
import { readObject } from './read-body.ts'
import { Refusal } from './status.ts'
import type { InTurn } from './turns.ts'

/** Routes under /playground/v1/faults. */
export function createFaultsApi(home: HostedCluster, inTurn: InTurn): Hono {
  const faults = (): readonly Fault[] => home.cluster.traffic.faults.list()
  const found = (id: string): Fault => {
    const fault = faults().find(one => one.id === id)
    if (!fault) throw new Refusal(404, `fault "${id}" not found`)
    return fault
  }
  const api = new Hono()
  api.get('/', context => context.json({ items: faults() }))
  api.get('/:id', context => context.json(found(context.req.param('id'))))
  api.post('/', context =>
    inTurn(async () => {
      const spec = readFault(await readObject(context))
      if ('message' in spec) throw new Refusal(400, spec.message)
      home.catchUp()
      const { cluster } = home
      const id = spec.id ?? cluster.traffic.faults.freeId()
      if (faults().some(fault => fault.id === id)) throw new Refusal(409, `fault "${id}" already exists`)
      const fault = { ...spec, id }
      const outcome = cluster.execute({ type: 'inject-fault', fault })
      if (!outcome.ok) throw new Refusal(400, outcome.message)
      const over = { ...fault, state: 'over', beganMs: cluster.nowMs }
      return context.json(faults().find(one => one.id === id) ?? over, 201)
    }),
  )
  api.delete('/:id', context =>
    inTurn(async () => {
      home.catchUp()
      const fault = found(context.req.param('id'))
      home.cluster.execute({ type: 'heal-fault', id: fault.id })
      return context.json(fault)
    }),
  )
  return api
}
