// The EndpointSlice controller explains itself: each decision in its situation, as the controller itself came to it.

import { array, assert, constantFrom, integer, property, tuple } from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Pod } from '../../api/pod/pod.ts'
import { ControllerFixture, webPod, webService, type FixtureOptions } from '../../testing/controller-fixture.ts'
import { HeardDecisions } from '../../testing/heard-decisions.ts'

class Scene {
  readonly fixture: ControllerFixture
  readonly heard: HeardDecisions
  #seconds = 0

  constructor(options: FixtureOptions = {}) {
    this.fixture = new ControllerFixture({ nodes: 1, ...options })
    this.heard = new HeardDecisions(this.fixture.controllers)
  }

  /** Pods that are bound already, so that they start at once. */
  pods(...names: readonly string[]): this {
    for (const name of names) this.fixture.create('Pod', webPod(name, { nodeName: 'n1' }))
    return this
  }

  /** Changes a Pod as a user would. */
  edit(name: string, change: (pod: Pod) => Pod): this {
    this.fixture.user.update('Pod', change(this.fixture.get('Pod', name)))
    return this
  }

  label(name: string, labels: { readonly [key: string]: string }): this {
    return this.edit(name, pod => ({ ...pod, metadata: { ...pod.metadata, labels } }))
  }

  /** What the controller said in the next five seconds, about one object where asked. */
  said(about?: string): readonly string[] {
    this.#seconds += 5
    this.fixture.runTo(this.#seconds)
    return this.heard.take({ by: 'endpointslice-controller', ...(about === undefined ? {} : { about }) })
  }

  sliceName(): string {
    return this.fixture.user.slicesOfService('default', 'web')[0]?.metadata.name ?? ''
  }
}

function serving(options: FixtureOptions = {}): Scene {
  const scene = new Scene(options)
  scene.fixture.create('Service', webService())
  return scene
}

describe('the EndpointSlice controller says of a Pod', () => {
  it('that it has no address yet, and where it then goes', () => {
    const scene = serving()
    scene.said()
    scene.pods('p1')
    expect(scene.said('p1')).toEqual([
      'endpoint-held-back Pod/p1: no-ip pod=p1',
      `endpoint-in Pod/p1: takes-recycled-slice slice=${scene.sliceName()} endpoints=1 max=100`,
    ])
  })

  it('that it went into the one slice with room', () => {
    const scene = serving().pods('p1')
    scene.said()
    scene.pods('p2')
    expect(scene.said('p2')).toContain(
      `endpoint-in Pod/p2: fits-untouched-slice slice=${scene.sliceName()} endpoints=2 max=100`,
    )
  })

  it('that it went into a slice that was written anyway', () => {
    const scene = serving().pods('p1', 'p2')
    scene.said()
    scene.label('p1', { app: 'other' }).label('p2', { app: 'web', more: 'x' })
    scene.said()
    // One leaves and one comes at the same moment.
    scene.label('p1', { app: 'web' }).label('p2', { app: 'other' })
    expect(scene.said('p1')).toEqual([
      `endpoint-in Pod/p1: takes-recycled-slice slice=${scene.sliceName()} endpoints=1 max=100`,
    ])
    scene.pods('p3')
    scene.said()
    scene.label('p1', { app: 'other' }).label('p2', { app: 'web' })
    expect(scene.said('p2')).toEqual([
      `endpoint-in Pod/p2: fills-touched-slice slice=${scene.sliceName()} endpoints=2 max=100`,
    ])
  })

  it('that every slice was full', () => {
    const scene = serving({ settings: { 'max-endpoints-per-slice': 1 } }).pods('p1')
    scene.said()
    scene.pods('p2')
    expect(scene.said('p2')).toContain('endpoint-in Pod/p2: needs-new-slice endpoints=1 max=1')
  })

  it('which label took it out', () => {
    const scene = serving().pods('p1', 'p2', 'p3')
    scene.said()
    scene.label('p1', { app: 'other' }).label('p2', { tier: 'web' })
    expect([...scene.said('p1')]).toEqual(['endpoint-out Pod/p1: label-differs label=app is=other wants=web'])
    scene.label('p1', { app: 'web' })
    scene.said()
    scene.label('p3', {})
    expect(scene.said('p3')).toEqual(['endpoint-out Pod/p3: label-missing label=app wants=web'])
  })

  it('that it terminates, and that it is gone', () => {
    const scene = serving().pods('p1')
    scene.said()
    scene.fixture.setPower('n1', false)
    scene.fixture.user.delete('Pod', 'default', 'p1', { gracePeriodSeconds: 2 })
    expect(scene.said('p1')).toEqual(['endpoint-changed Pod/p1: pod-terminating serving=true'])
    scene.fixture.user.delete('Pod', 'default', 'p1', { gracePeriodSeconds: 0 })
    expect(scene.said('p1')).toEqual(['endpoint-out Pod/p1: pod-gone pod=p1'])
  })

  it('that it is not ready any more, and that it is again', () => {
    const scene = serving().pods('p1')
    scene.said()
    scene.fixture.world.setReadinessFails('default', 'p1', true)
    expect(scene.said('p1')).toEqual(['endpoint-changed Pod/p1: pod-not-ready pod=p1'])
    scene.fixture.world.setReadinessFails('default', 'p1', false)
    expect(scene.said('p1')).toEqual(['endpoint-changed Pod/p1: pod-ready pod=p1'])
  })

  it('that it has finished', () => {
    const scene = serving().pods('p1', 'p2')
    scene.said()
    scene.fixture.setPower('n1', false)
    const pod = scene.fixture.get('Pod', 'p1')
    const conditions = [{ type: 'Ready', status: 'False' }] as const
    scene.fixture.user.updateStatus('Pod', { ...pod, status: { ...pod.status, phase: 'Succeeded', conditions } })
    expect(scene.said('p1')).toEqual(['endpoint-out Pod/p1: pod-finished phase=Succeeded'])
  })

  it('that its Node is unknown', () => {
    const scene = serving()
    const pod = scene.fixture.create('Pod', webPod('p1', { nodeName: 'nowhere' }))
    scene.fixture.user.updateStatus('Pod', { ...pod, status: { phase: 'Running', podIPs: [{ ip: '10.1.1.1' }] } })
    const said = scene.said()
    expect(said).toContain('endpoint-held-back Pod/p1: node-unknown node=nowhere')
    expect(said.find(line => line.startsWith('sync-retried'))).toBe(
      'sync-retried Service/web: write-refused message=skipping Pod p1 for Service default/web: Node nowhere Not Found',
    )
  })

  it('that it has no address of the family', () => {
    const scene = serving()
    scene.said()
    scene.fixture.setPower('n1', false)
    const pod = scene.fixture.create('Pod', webPod('p1', { nodeName: 'n1' }))
    scene.fixture.user.updateStatus('Pod', { ...pod, status: { phase: 'Running', podIPs: [{ ip: 'fd00::1' }] } })
    expect(scene.said('p1')).toContain('endpoint-held-back Pod/p1: no-ip-of-family family=IPv4')
  })

  it('that its ports are others', () => {
    const scene = new Scene()
    scene.fixture.create('Service', webService({ ports: [{ protocol: 'TCP', port: 80, targetPort: 'http' }] }))
    for (const [name, port] of [
      ['p1', 8080],
      ['p2', 8080],
    ] as const) {
      const ports = [{ name: 'http', containerPort: port }]
      scene.fixture.create('Pod', webPod(name, { nodeName: 'n1' }, { ports }))
    }
    scene.said()
    scene.fixture.user.update('Service', {
      ...scene.fixture.get('Service', 'web'),
      spec: { ...scene.fixture.get('Service', 'web').spec, ports: [{ protocol: 'TCP', port: 80, targetPort: 9090 }] },
    })
    expect(scene.said('p1')).toEqual([
      `endpoint-in Pod/p1: takes-recycled-slice slice=${scene.sliceName()} endpoints=2 max=100`,
      'endpoint-out Pod/p1: ports-differ was=8080/TCP is=9090/TCP',
    ])
  })

  it('which field of its endpoint is another', () => {
    const scene = serving().pods('p1')
    scene.said()
    const node = scene.fixture.get('Node', 'n1')
    scene.fixture.user.update('Node', {
      ...node,
      metadata: { ...node.metadata, labels: { ...node.metadata.labels, 'topology.kubernetes.io/zone': 'elsewhere' } },
    })
    const service = scene.fixture.get('Service', 'web')
    scene.fixture.user.update('Service', { ...service, metadata: { ...service.metadata, annotations: { a: 'b' } } })
    expect(scene.said('p1')).toEqual(['endpoint-changed Pod/p1: field-differs field=zone was=zone-a is=elsewhere'])
  })
})

describe('the EndpointSlice controller says of a slice', () => {
  it('that it is a placeholder, and that it is none any more', () => {
    const scene = serving()
    expect(scene.said()).toEqual([`slice-created EndpointSlice/${scene.sliceName()}: placeholder service=web`])
    scene.pods('p1')
    const name = scene.sliceName()
    expect(scene.said(name)).toEqual([
      `slice-rewritten EndpointSlice/${name}: takes-recycled-slice slice=${name} endpoints=1 max=100`,
    ])
    scene.pods('p2')
    expect(scene.said(name)).toEqual([
      `slice-rewritten EndpointSlice/${name}: endpoints-differ added=1 removed=0 changed=0`,
    ])
    scene.label('p2', {})
    scene.said()
    scene.label('p1', { app: 'other' })
    expect(scene.said(name)).toEqual([`slice-rewritten EndpointSlice/${name}: placeholder service=web`])
  })

  it('that it was needed, and that nothing of it is left', () => {
    const scene = serving({ settings: { 'max-endpoints-per-slice': 1 } }).pods('p1', 'p2')
    const made = scene.said().filter(line => line.startsWith('slice-created') && line.includes('needs-new-slice'))
    expect(made).toHaveLength(1)
    scene.label('p2', {})
    expect(scene.said().find(line => line.startsWith('slice-deleted'))).toMatch(/: no-endpoint-left service=web$/)
  })

  it('that the labels of its Service are others', () => {
    const scene = serving().pods('p1')
    scene.said()
    const service = scene.fixture.get('Service', 'web')
    scene.fixture.user.update('Service', { ...service, metadata: { ...service.metadata, labels: { team: 'a' } } })
    expect(scene.said()).toEqual([
      `slice-rewritten EndpointSlice/${scene.sliceName()}: labels-differ label=team was= is=a`,
    ])
  })
})

describe('over any course of labels, readiness and ends', () => {
  const step = tuple(constantFrom('add', 'relabel', 'unready', 'end'), integer({ min: 0, max: 7 }))

  it('the decisions say of each Pod whether it stands in a slice, and in which', () => {
    assert(
      property(array(step, { minLength: 4, maxLength: 14 }), steps => {
        const scene = serving({ settings: { 'max-endpoints-per-slice': 3 } })
        const told = new Map<string, string>()
        scene.fixture.controllers.onDecision(({ code, about, related }) => {
          if (code === 'endpoint-in' || code === 'endpoint-changed') told.set(about.name, related[1]?.name ?? '')
          if (code === 'endpoint-out') told.delete(about.name)
        })
        for (const [what, number] of steps) {
          const name = `p${number}`
          const pod = scene.fixture.user.get('Pod', 'default', name)
          if (!pod) scene.pods(name)
          else if (what === 'relabel') scene.label(name, { app: pod.metadata.labels?.['app'] === 'web' ? 'x' : 'web' })
          else if (what === 'unready') scene.fixture.world.setReadinessFails('default', name, number % 2 === 0)
          else if (what === 'end') scene.fixture.user.delete('Pod', 'default', name, { gracePeriodSeconds: 1 })
          if (number % 3 === 0) scene.said()
        }
        scene.said()
        scene.said()
        const rows = scene.fixture.user
          .slicesOfService('default', 'web')
          .flatMap(slice =>
            slice.endpoints.map(({ targetRef }) => [targetRef?.name ?? '', slice.metadata.name] as const),
          )
        expect(told).toEqual(new Map(rows))
      }),
      { seed: 20_261_125, numRuns: 30 },
    )
  })
})
