// The cloud's side of Services of type LoadBalancer: two seconds after one asks, it has an address of 203.0.113.0/24. With no
// simulated Node there is no cloud and Services stay pending; one with a loadBalancerClass is left to whoever serves
// that class. Left out: health checks, the finalizer, providers that give host names.

import { isSimulated } from '../../api/node/node.ts'
import type { Service } from '../../api/service/service.ts'
import { nthAddress } from '../../kernel/ip.ts'
import { ControlLoop } from '../runtime/control-loop.ts'
import type { ControllerRuntime } from '../runtime/controller-runtime.ts'
import { isTerminating } from '../runtime/pod-facts.ts'
import { keyOf } from '../runtime/run-controller.ts'
import type { SyncOutcome } from '../runtime/work-queue.ts'

/** TEST-NET-3 (RFC 5737): addresses that belong to nobody. */
const ADDRESS_RANGE = '203.0.113.0/24'
/** Without the first and the last of the block. */
const ADDRESSES = 254

export class LoadBalancerController extends ControlLoop {
  constructor(context: ControllerRuntime) {
    super(context, {
      actor: 'service-controller',
      queue: { name: 'loadbalancer', backOffBaseMs: 5_000, backOffMaxMs: 300_000 },
    })
    const timeMs = (): number => context.settings()['sim-load-balancer-time']
    this.controller.watch('Service', ({ type, object }, queue) => {
      if (type !== 'DELETED' && wantsAddress(object)) queue.add(keyOf(object), timeMs())
    })
    this.controller.watch('Node', ({ type, object }, queue) => {
      if (type !== 'ADDED' || !isSimulated(object)) return
      for (const service of this.controller.client.list('Service'))
        if (wantsAddress(service)) queue.add(keyOf(service), timeMs())
    })
  }

  protected sync(namespace: string, name: string): SyncOutcome {
    const { client } = this.controller
    const service = client.get('Service', namespace, name)
    if (!service || !wantsAddress(service) || isTerminating(service) || !client.list('Node').some(isSimulated))
      return 'done'
    this.recorder.say({
      object: service,
      type: 'Normal',
      reason: 'EnsuringLoadBalancer',
      message: 'Ensuring load balancer',
    })
    const ip = this.#freeAddress()
    if (ip === undefined) {
      const because = { rule: 'range-used-up', range: ADDRESS_RANGE } as const
      this.decide(() => ({ code: 'address-refused', about: service, because, once: true }))
      const message = `Error syncing load balancer: no address is left in ${ADDRESS_RANGE}`
      this.recorder.say({ object: service, type: 'Warning', reason: 'SyncLoadBalancerFailed', message })
      return 'retry'
    }
    const because = { rule: 'first-free-address', ip, range: ADDRESS_RANGE } as const
    this.decide(() => ({ code: 'address-given', about: service, because }))
    client.updateStatus('Service', {
      ...service,
      status: { ...service.status, loadBalancer: { ingress: [{ ip, ipMode: 'VIP' }] } },
    })
    this.recorder.say({
      object: service,
      type: 'Normal',
      reason: 'EnsuredLoadBalancer',
      message: 'Ensured load balancer',
    })
    return 'done'
  }

  #freeAddress(): string | undefined {
    const services = this.controller.client.list('Service')
    const taken = new Set(services.flatMap(({ status }) => (status?.loadBalancer?.ingress ?? []).map(({ ip }) => ip)))
    for (let index = 1; index <= ADDRESSES; index++) {
      const ip = nthAddress(ADDRESS_RANGE, index)
      if (!taken.has(ip)) return ip
    }
    return undefined
  }
}

function wantsAddress({ spec, status }: Service): boolean {
  return (
    spec.type === 'LoadBalancer' &&
    spec.loadBalancerClass === undefined &&
    (status?.loadBalancer?.ingress ?? []).length === 0
  )
}
