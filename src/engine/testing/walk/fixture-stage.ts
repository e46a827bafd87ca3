// A stage of store, world and controllers only, in front of which stands the same API door, for walks whose controllers are to
// be disturbed. No data plane, no traffic, and nothing that containers could say.

import { DEFAULT_EPOCH_MS } from '../../kernel/timestamp.ts'
import { createApiDoor, type ApiDoor } from '../../rest/index.ts'
import { ControllerFixture } from '../controller-fixture.ts'
import { nodeOf } from './random-objects.ts'
import { evictRequest, patchRequest } from './requests.ts'
import type { Stage } from './walk.ts'

export class FixtureStage implements Stage {
  readonly fixture: ControllerFixture
  readonly door: ApiDoor

  constructor(fixture: ControllerFixture) {
    this.fixture = fixture
    const wallMs = (): number => DEFAULT_EPOCH_MS + fixture.loop.nowMs
    this.door = createApiDoor({
      store: fixture.store,
      nowMs: wallMs,
      version: 'v1.34.0',
      openApi: undefined,
      containers: SILENT,
    })
  }

  get nowMs(): number {
    return this.fixture.loop.nowMs
  }

  advanceTo(timeMs: number): void {
    this.fixture.loop.advanceTo(timeMs)
  }

  execute(command: Parameters<Stage['execute']>[0]): void {
    const { fixture } = this
    switch (command.type) {
      case 'create-nodes':
        for (let index = 1; index <= command.count; index++)
          fixture.create('Node', nodeOf(index, fixture.settings['cluster-cidr']))
        return
      case 'set-power':
        if (fixture.world.machine(command.node)) fixture.setPower(command.node, command.on)
        return
      case 'set-readiness':
        if (fixture.user.get('Pod', command.namespace, command.name))
          fixture.world.setReadinessFails(command.namespace, command.name, command.fails)
        return
      case 'set-settings':
        Object.assign(fixture, { settings: { ...fixture.settings, ...command.settings } })
        return
      case 'drain':
        this.#drain(command.node)
        return
    }
  }

  /** Once: what a budget keeps is not asked for again. */
  #drain(node: string): void {
    this.door.handle(patchRequest({ kind: 'Node', namespace: '', name: node }, { spec: { unschedulable: true } }))
    for (const { metadata } of this.fixture.user.podsOnNode(node)) {
      const isDaemon = metadata.ownerReferences?.some(({ kind }) => kind === 'DaemonSet')
      if (!isDaemon) this.door.handle(evictRequest(metadata.namespace ?? '', metadata.name))
    }
  }
}

const SILENT: Parameters<typeof createApiDoor>[0]['containers'] = {
  kubelet: () => 'silent',
  get: () => ({ kind: 'silent', status: 0, body: '' }),
  lines: () => undefined,
  follow: () => () => {},
  exec: () => ({ write: () => {}, closeInput: () => {}, stop: () => {} }),
}
