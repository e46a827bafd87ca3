import { describe, expect, it } from 'vitest'
import type { View } from '../../protocol/index.ts'
import { translator } from '../i18n/index.ts'
import { clusterFacts } from './cluster-facts.ts'
import { objectButtons, scaleTarget } from './object-buttons.ts'
import {
  PODS,
  sampleClient,
  sampleCluster,
  sampleNode,
  samplePod,
  sampleService,
  viewsOf,
} from './testing/sample-cluster.ts'

const t = translator('en')

/** Names of the buttons; one that cannot be pressed in brackets. */
function check(view: View, expected: string, views = sampleCluster(view)): void {
  const buttons = objectButtons(view, clusterFacts(views))
  expect(buttons.map(({ label, disabled }) => (disabled === null ? t(label) : `(${t(label)})`)).join(', ')).toBe(
    expected,
  )
}

const pod = samplePod('x8k2p', { hue: 0, node: 'n1', ip: '10.244.1.5' })

describe('the buttons of a Pod', () => {
  it('are all there while it runs', () => {
    check(pod, 'Kill, Fail readiness, (Restore readiness), Scale, Call this IP directly')
  })
  it('turn with its readiness', () => {
    check({ ...pod, readinessFails: true }, 'Kill, (Fail readiness), Restore readiness, Scale, Call this IP directly')
  })
  it('leave a leaving Pod alone', () => {
    check({ ...pod, terminating: true }, '(Kill), (Fail readiness), (Restore readiness), Scale, Call this IP directly')
  })
  it('offer no scaling without an owner and no call without an address', () => {
    check(
      { ...pod, owner: null, ip: '' },
      'Kill, Fail readiness, (Restore readiness), (Scale), (Call this IP directly)',
    )
  })
  it('call from another node, at the port of its slice, under the next free name', () => {
    const views = sampleCluster(sampleClient('keeper-1'))
    const call = objectButtons(pod, clusterFacts(views)).find(button => button.label === 'button.callDirectly')
    expect(call?.action).toEqual({
      type: 'start-client',
      name: 'keeper-2',
      node: 'n2',
      to: '10.244.1.5',
      port: 9376,
      rate: 2,
    })
  })
  it('scale the Deployment that owns it', () => {
    expect(scaleTarget(pod, clusterFacts(sampleCluster()))).toEqual({ name: 'my-app', replicas: 3 })
    expect(scaleTarget(pod, clusterFacts(viewsOf(...PODS)))).toBeNull()
  })
})

describe('the buttons of the others', () => {
  it('of a Node turn with its power and its cordon', () => {
    check(sampleNode('n1'), 'Kill, Shut down, (Revive), Cordon, Drain')
    check(sampleNode('n1', { power: false, cordoned: true }), '(Kill), (Shut down), Revive, Uncordon, Drain')
    check(sampleNode('n1', { simulated: false }), '(Kill), (Shut down), (Revive), Cordon, Drain')
  })
  it('of a client stop it, and a Service has none', () => {
    check(sampleClient('c'), 'Stop')
    check(sampleService(), '')
  })
})
