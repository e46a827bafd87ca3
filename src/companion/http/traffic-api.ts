// The clients of the cluster over HTTP: who is at work with what success, one more, and the end of one.

import { Hono } from 'hono'
import type { HostedCluster } from '../../bridge/host/index.ts'
import { trafficItems, wholeTraffic, type TrafficItem, type TrafficWish } from '../traffic-items.ts'
import { readBody } from './read-body.ts'
import { Refusal } from './status.ts'
import type { InTurn } from './turns.ts'

const FIELDS = {
  id: { type: 'string' },
  from: { type: 'string' },
  node: { type: 'string' },
  to: { type: 'string' },
  port: { type: 'number', min: 1, max: 65_535, whole: true },
  protocol: { type: 'string' },
  rate: { type: 'number', min: 0, max: 100_000 },
  connection: { type: 'string' },
  timeoutMs: { type: 'number', min: 0, max: 3_600_000 },
} as const

/** Routes under /playground/v1/traffic. */
export function createTrafficApi(home: HostedCluster, inTurn: InTurn): Hono {
  const items = (): readonly TrafficItem[] => trafficItems(home.cluster)
  const found = (id: string): TrafficItem => {
    const item = items().find(one => one.id === id)
    if (!item) throw new Refusal(404, `traffic "${id}" not found`)
    return item
  }
  const api = new Hono()
  api.get('/', context => context.json({ items: items() }))
  api.get('/:id', context => context.json(found(context.req.param('id'))))
  api.post('/', context =>
    inTurn(async () => {
      const { to, ...others } = await readBody(context, FIELDS)
      if (to === undefined) throw new Refusal(400, 'to: Required value: a name or an address')
      home.catchUp()
      const spec = wholeTraffic({ to, ...others } as TrafficWish, home.cluster)
      const id = spec.id ?? spec.from.replace('Client/', '')
      if (items().some(item => item.id === id)) throw new Refusal(409, `traffic "${id}" already exists`)
      const outcome = home.cluster.execute({ type: 'start-traffic', spec })
      if (!outcome.ok) throw new Refusal(400, outcome.message)
      return context.json(found(id), 201)
    }),
  )
  api.delete('/:id', context =>
    inTurn(async () => {
      home.catchUp()
      const item = found(context.req.param('id'))
      home.cluster.execute({ type: 'stop-traffic', id: item.id })
      return context.json(item)
    }),
  )
  return api
}
