// One suite for an engine host behind every pipe: what the page may rely on, wherever the engine runs.

import { afterEach, describe, expect, test } from 'vitest'
import {
  PROTOCOL_VERSION,
  type Action,
  type ActOutcome,
  type DecisionView,
  type FrameUpdate,
  type ManifestUpdate,
  type PodView,
  type View,
} from '../../protocol/index.ts'
import { createEngineClient, type EngineClient, type PlainUpdate } from '../client/index.ts'
import {
  createInProcessPair,
  createWorkerClientCarrier,
  createWorkerHostCarrier,
  type ClientCarrier,
  type HostCarrier,
} from '../carriers/index.ts'
import { createEngineHost, type EngineHost, type EngineHostOptions } from './engine-host.ts'
import { SCENARIO_NAMES } from './scenarios/scenarios.ts'
import { HandClock } from './testing/hand-clock.ts'

const PIPES: readonly {
  readonly name: string
  readonly open: () => { readonly client: ClientCarrier; readonly host: HostCarrier }
}[] = [
  { name: 'in one thread', open: createInProcessPair },
  {
    name: 'over postMessage',
    open: () => {
      const { port1, port2 } = new MessageChannel()
      return { client: createWorkerClientCarrier(port1), host: createWorkerHostCarrier(port2) }
    },
  },
]

/** A page without a page: it mirrors what the host tells, as the session does. */
class Mirror {
  readonly clock = new HandClock()
  readonly client: EngineClient
  readonly carrier: ClientCarrier
  readonly host: EngineHost
  readonly views = new Map<string, View>()
  readonly frames: FrameUpdate[] = []
  readonly manifests: ManifestUpdate[] = []
  readonly faults: string[] = []

  constructor(
    pipe: { readonly client: ClientCarrier; readonly host: HostCarrier },
    options: Partial<EngineHostOptions>,
  ) {
    this.carrier = pipe.client
    this.client = createEngineClient(pipe.client)
    this.client.onUpdate(update => this.#take(update))
    this.host = createEngineHost({ carrier: pipe.host, clock: this.clock, seed: 1, ...options })
  }

  hello(): Promise<unknown> {
    return this.client.ask({ type: 'hello', version: PROTOCOL_VERSION })
  }

  /** Lets the wall clock run on for so many frames of 16 ms; resolves when their updates have arrived. */
  async play(frames: number): Promise<void> {
    for (let frame = 0; frame < frames; frame++) this.clock.frame(16)
    await this.client.ask({ type: 'clock' })
  }

  get lastFrame(): FrameUpdate {
    const frame = this.frames.at(-1)
    if (!frame) throw new Error('no frame has come')
    return frame
  }

  all<K extends View['kind']>(kind: K): Extract<View, { readonly kind: K }>[] {
    const found = [...this.views.values()].filter(view => view.kind === kind)
    return found.sort((a, b) => (a.id < b.id ? -1 : 1)) as Extract<View, { readonly kind: K }>[]
  }

  readyPods(): PodView[] {
    return this.all('Pod').filter(pod => pod.ready && !pod.terminating)
  }

  #take(update: PlainUpdate): void {
    if (update.type === 'fault') this.faults.push(update.message)
    else if (update.type === 'manifest') this.manifests.push(update)
    else {
      this.frames.push(update)
      if (update.full) this.views.clear()
      for (const id of update.removed) this.views.delete(id)
      for (const view of update.set) this.views.set(view.id, view)
    }
  }
}

const BROKEN = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: my-service\nspec:\n  ports:\n    - port: 0\n'

const opened: Mirror[] = []
afterEach(() => {
  for (const mirror of opened.splice(0)) {
    mirror.host.stop()
    mirror.client.close()
  }
})

type Pipe = (typeof PIPES)[number]

function openMirror(pipe: Pipe, options: Partial<EngineHostOptions>): Mirror {
  const mirror = new Mirror(pipe.open(), options)
  opened.push(mirror)
  return mirror
}

/** The default scenario, ten seconds in: three Pods are ready. */
async function openSettled(pipe: Pipe, options: Partial<EngineHostOptions>): Promise<Mirror> {
  const mirror = openMirror(pipe, options)
  await mirror.hello()
  await mirror.client.ask({ type: 'advance', byMs: 10_000 })
  expect(mirror.readyPods()).toHaveLength(3)
  return mirror
}

function act(mirror: Mirror, action: Action): Promise<ActOutcome> {
  return mirror.client.ask({ type: 'act', action })
}

for (const pipe of PIPES) {
  const mirrorOf = (options: Partial<EngineHostOptions> = {}): Mirror => openMirror(pipe, options)
  const settled = (options: Partial<EngineHostOptions> = {}): Promise<Mirror> => openSettled(pipe, options)

  describe(`a host ${pipe.name}`, () => {
    describe('hello', () => {
      test('answers with version and scenarios, after the text and a full first frame', async () => {
        const mirror = mirrorOf()
        expect(await mirror.hello()).toEqual({
          version: PROTOCOL_VERSION,
          kubernetes: 'v1.34',
          scenarios: SCENARIO_NAMES,
        })
        expect(mirror.lastFrame).toMatchObject({ number: 1, full: true, seed: 1, scenario: 'my-service' })
        expect(mirror.lastFrame.clock).toEqual({ nowMs: 0, running: false, speed: 1 })
        expect(mirror.manifests).toMatchObject([{ edits: null, outcome: { ok: true } }])
        expect(mirror.manifests[0]?.text).toContain('kind: Service')
        expect(mirror.all('Node').map(node => node.name)).toEqual(['n1', 'n2', 'n3'])
        expect(mirror.all('Client').map(client => client.name)).toEqual(['frontend-1', 'frontend-2'])
        expect(mirror.all('Service').map(service => service.id)).toEqual(['Service/default/my-service'])
        expect(mirror.all('Pod')).toEqual([])
      })

      test('with another version is refused in words', async () => {
        const mirror = mirrorOf()
        await expect(mirror.client.ask({ type: 'hello', version: 999 })).rejects.toThrow(/version 1 .* not 999/)
        expect(mirror.frames).toEqual([])
      })

      test('nothing is told before it', async () => {
        const mirror = mirrorOf({ playing: true })
        await mirror.play(3)
        expect([mirror.frames, mirror.manifests]).toEqual([[], []])
      })

      test('said again tells everything again', async () => {
        const mirror = await settled()
        const before = new Map(mirror.views)
        await mirror.hello()
        expect(mirror.lastFrame.full).toBe(true)
        expect(mirror.views).toEqual(before)
        expect(mirror.lastFrame.marks.length).toBeGreaterThan(0)
        expect(mirror.lastFrame.events.length).toBeGreaterThan(0)
      })
    })

    describe('decisions', () => {
      test('are told to those who ask, first those so far, then once a frame', async () => {
        const mirror = await settled()
        const told: DecisionView[] = []
        const stop = mirror.client.watchDecisions('Node//n2', decisions => told.push(...decisions))
        await mirror.client.ask({ type: 'act', action: { type: 'kill-node', id: 'Node//n2' } })
        const before = told.length
        for (let second = 0; second < 80; second++) await mirror.client.ask({ type: 'advance', byMs: 1_000 })
        const fresh = told.slice(before)
        expect(fresh.map(({ code }) => code)).toEqual(expect.arrayContaining(['node-unknown', 'node-tainted']))
        expect(fresh.find(({ code }) => code === 'node-unknown')).toMatchObject({
          about: 'Node//n2',
          controller: 'node-controller',
          rule: 'no-heartbeat',
          facts: { graceMs: 50_000 },
        })
        for (const { about, related } of told) expect([about, ...related]).toContain('Node//n2')
        stop()
        const { length } = told
        await mirror.client.ask({ type: 'advance', byMs: 400_000 })
        expect(told).toHaveLength(length)
      })

      test('of all objects leave out the control plane’s own', async () => {
        const mirror = await settled()
        const told = new Promise<readonly DecisionView[]>(resolve => mirror.client.watchDecisions(null, resolve))
        const abouts = (await told).map(({ about }) => about)
        expect(abouts.length).toBeGreaterThan(5)
        expect(abouts.filter(about => about.includes('/kube-system/'))).toEqual([])
      })

      test('begin anew with another cluster', async () => {
        const mirror = await settled()
        const heard: boolean[] = []
        mirror.client.watchDecisions(null, (_, restarted) => heard.push(restarted))
        await mirror.client.ask({ type: 'clock' })
        expect(heard).toEqual([true])
        await mirror.client.ask({ type: 'reset' })
        expect(heard).toEqual([true, true])
      })

      test('are part of a verdict', async () => {
        const mirror = await settled()
        const { verdicts } = await mirror.client.ask({ type: 'inspect', id: 'Service/default/my-service' })
        expect(verdicts.map(({ decision }) => decision?.code)).toEqual(['endpoint-in', 'endpoint-in', 'endpoint-in'])
      })
    })

    describe('the clock', () => {
      test('plays, one frame for each frame of the wall clock', async () => {
        const mirror = mirrorOf({ playing: true })
        await mirror.hello()
        const first = mirror.lastFrame.number
        await mirror.play(10)
        expect(mirror.lastFrame.clock).toEqual({ nowMs: 160, running: true, speed: 1 })
        expect(mirror.frames.map(frame => frame.number)).toEqual(mirror.frames.map((_, index) => index + 1))
        // One more came with the answer to the request behind them.
        expect(mirror.lastFrame.number - first).toBe(11)
      })

      test('plays at the speed it was started with, and at another when told', async () => {
        const mirror = mirrorOf({ playing: true, speed: 10 })
        await mirror.hello()
        await mirror.play(1)
        expect(mirror.lastFrame.clock.nowMs).toBe(160)
        expect(await mirror.client.ask({ type: 'clock', speed: 100 })).toMatchObject({ speed: 100, running: true })
        await mirror.play(1)
        expect(mirror.lastFrame.clock.nowMs).toBe(1_760)
      })

      test('pauses and plays on', async () => {
        const mirror = mirrorOf({ playing: true })
        await mirror.hello()
        expect(await mirror.client.ask({ type: 'clock', running: false })).toMatchObject({ running: false })
        await mirror.play(5)
        expect(mirror.lastFrame.clock.nowMs).toBe(0)
        await mirror.client.ask({ type: 'clock', running: true })
        await mirror.play(1)
        expect(mirror.lastFrame.clock.nowMs).toBe(16)
      })

      test('steps to the next thing that happens, and pauses for it', async () => {
        const mirror = mirrorOf({ playing: true })
        await mirror.hello()
        let before = 0
        for (let step = 0; step < 5; step++) {
          const clock = await mirror.client.ask({ type: 'step' })
          expect(clock.running).toBe(false)
          expect(clock.nowMs).toBeGreaterThan(before)
          expect(clock.nowMs - before).toBeLessThanOrEqual(1_000)
          expect(mirror.lastFrame.clock).toEqual(clock)
          before = clock.nowMs
        }
      })

      test('advances by what is asked, in a moment', async () => {
        const mirror = mirrorOf()
        await mirror.hello()
        expect(await mirror.client.ask({ type: 'advance', byMs: 12_345.5 })).toEqual({
          nowMs: 12_345.5,
          running: false,
          speed: 1,
        })
        expect(mirror.lastFrame.clock.nowMs).toBe(12_345.5)
      })
    })

    describe('apply', () => {
      test('a good text changes the cluster', async () => {
        const mirror = await settled()
        const text = mirror.manifests[0]?.text.replace('replicas: 3', 'replicas: 5') ?? ''
        expect(await mirror.client.ask({ type: 'apply', text })).toMatchObject({ ok: true, documents: 2 })
        await mirror.client.ask({ type: 'advance', byMs: 5_000 })
        expect(mirror.readyPods()).toHaveLength(5)
        // The text is this client's own: it is not told of it.
        expect(mirror.manifests).toHaveLength(1)
      })

      test.each([
        ['port 0', BROKEN],
        ['no YAML', 'kind: [\n'],
        ['an unknown kind', 'apiVersion: v1\nkind: Servize\nmetadata:\n  name: a\n'],
      ])('%s is refused with its place, and the last good cluster runs on', async (_, text) => {
        const mirror = await settled()
        const before = new Map(mirror.views)
        const outcome = await mirror.client.ask({ type: 'apply', text })
        expect(outcome.ok).toBe(false)
        expect(outcome.problems[0]).toMatchObject({ severity: 'error', document: 0, line: expect.any(Number) })
        expect(mirror.views).toEqual(before)
        await mirror.client.ask({ type: 'advance', byMs: 1_000 })
        expect(mirror.lastFrame.totals?.ok).toBeGreaterThan(0)
        expect(mirror.readyPods()).toHaveLength(3)
      })

      test('a run of refused texts is one mark, and a good one another', async () => {
        const mirror = await settled()
        const text = mirror.manifests[0]?.text ?? ''
        for (const attempt of [BROKEN, BROKEN, text, text.replace('port: 80', 'port: 81')]) {
          await mirror.client.ask({ type: 'apply', text: attempt })
        }
        const marks = mirror.frames.flatMap(frame => frame.marks).map(mark => mark.type)
        expect(marks.filter(type => type === 'refused' || type === 'applied')).toEqual(['refused', 'applied'])
      })
    })

    describe('acts', () => {
      test('kill a Pod: another comes, with another name and hue', async () => {
        const mirror = await settled()
        const [victim] = mirror.readyPods()
        expect(await act(mirror, { type: 'kill-pod', id: victim?.id ?? '' })).toEqual({ ok: true })
        expect(mirror.lastFrame.marks).toContainEqual(
          expect.objectContaining({ type: 'pod-killed', about: victim?.id }),
        )
        await mirror.client.ask({ type: 'advance', byMs: 5_000 })
        expect(mirror.readyPods()).toHaveLength(3)
        expect(mirror.views.has(victim?.id ?? '')).toBe(false)
        // Three was the next number; the others keep theirs.
        expect(mirror.readyPods().map(pod => pod.hue)).toContain(3)
        expect(mirror.readyPods().map(pod => pod.hue)).not.toContain(victim?.hue)
      })

      test('fail readiness and restore it', async () => {
        const mirror = await settled()
        const id = mirror.readyPods()[0]?.id ?? ''
        await act(mirror, { type: 'fail-readiness', id })
        expect(mirror.views.get(id)).toMatchObject({ readinessFails: true })
        await mirror.client.ask({ type: 'advance', byMs: 40_000 })
        expect(mirror.views.get(id)).toMatchObject({ ready: false, phase: 'Running', alive: true })
        await act(mirror, { type: 'restore-readiness', id })
        await mirror.client.ask({ type: 'advance', byMs: 40_000 })
        expect(mirror.views.get(id)).toMatchObject({ ready: true, readinessFails: false })
      })

      test('kill a node: the truth is told at once, what the API believes later', async () => {
        const mirror = await settled()
        const node = mirror.readyPods()[0]?.node ?? ''
        await act(mirror, { type: 'kill-node', id: `Node//${node}` })
        expect(mirror.views.get(`Node//${node}`)).toMatchObject({ power: false, powerSinceMs: 10_000, ready: 'True' })
        expect(
          mirror
            .all('Pod')
            .filter(pod => pod.node === node)
            .every(pod => !pod.alive && pod.ready),
        ).toBe(true)
        expect(mirror.lastFrame.marks).toContainEqual(expect.objectContaining({ type: 'node-died', label: node }))
        await mirror.client.ask({ type: 'advance', byMs: 65_000 })
        expect(mirror.views.get(`Node//${node}`)).toMatchObject({ ready: 'Unknown', evictsAtMs: expect.any(Number) })
        await act(mirror, { type: 'revive-node', id: `Node//${node}` })
        await mirror.client.ask({ type: 'advance', byMs: 60_000 })
        expect(mirror.views.get(`Node//${node}`)).toMatchObject({ power: true, ready: 'True', evictsAtMs: null })
        const marks = mirror.frames.flatMap(frame => frame.marks).map(mark => mark.type)
        for (const type of [
          'node-died',
          'node-not-ready',
          'endpoint-unready',
          'proxies-synced',
          'node-revived',
          'node-ready',
        ]) {
          expect(marks).toContain(type)
        }
      })

      test('cordon, uncordon and drain', async () => {
        const mirror = await settled()
        const node = mirror.readyPods()[0]?.node ?? ''
        const id = `Node//${node}`
        await act(mirror, { type: 'cordon', id })
        expect(mirror.views.get(id)).toMatchObject({ cordoned: true })
        await act(mirror, { type: 'uncordon', id })
        expect(mirror.views.get(id)).toMatchObject({ cordoned: false })
        await act(mirror, { type: 'drain', id })
        await mirror.client.ask({ type: 'advance', byMs: 60_000 })
        expect(mirror.all('Pod').filter(pod => pod.node === node)).toEqual([])
        expect(mirror.readyPods()).toHaveLength(3)
      })

      test('a kubelet is stopped and started, and a node is shut down', async () => {
        const mirror = await settled()
        const node = mirror.readyPods()[0]?.node ?? ''
        const id = `Node//${node}`
        await act(mirror, { type: 'stop-kubelet', id })
        await mirror.client.ask({ type: 'advance', byMs: 60_000 })
        expect(mirror.views.get(id)).toMatchObject({ power: true, ready: 'Unknown' })
        await act(mirror, { type: 'start-kubelet', id })
        await mirror.client.ask({ type: 'advance', byMs: 20_000 })
        expect(mirror.views.get(id)).toMatchObject({ power: true, ready: 'True' })
        // No grace is configured, so that is as good as pulling the plug.
        await act(mirror, { type: 'shut-down-node', id })
        await mirror.client.ask({ type: 'advance', byMs: 100 })
        expect(mirror.views.get(id)).toMatchObject({ power: false })
      })

      test('a node loses its network plugin or its link to the API server, and gets them back', async () => {
        const mirror = await settled()
        const node = mirror.readyPods()[0]?.node ?? ''
        const id = `Node//${node}`
        await act(mirror, { type: 'break-network', id })
        await mirror.client.ask({ type: 'advance', byMs: 100 })
        expect(mirror.views.get(id)).toMatchObject({ power: true, ready: 'False' })
        expect(mirror.readyPods()).toHaveLength(3)
        await act(mirror, { type: 'mend-network', id })
        await act(mirror, { type: 'cut-off-node', id })
        await mirror.client.ask({ type: 'advance', byMs: 60_000 })
        expect(mirror.views.get(id)).toMatchObject({ power: true, ready: 'Unknown' })
        await act(mirror, { type: 'reconnect-node', id })
        await mirror.client.ask({ type: 'advance', byMs: 100 })
        expect(mirror.views.get(id)).toMatchObject({ power: true, ready: 'True' })
      })

      test('scale writes the number into the text where it stands there', async () => {
        const mirror = await settled()
        const before = mirror.manifests[0]?.text ?? ''
        await act(mirror, { type: 'scale', id: mirror.readyPods()[0]?.id ?? '', replicas: 5 })
        const manifest = mirror.manifests[1]
        expect(manifest?.text).toBe(before.replace('replicas: 3', 'replicas: 5'))
        expect(manifest?.outcome.ok).toBe(true)
        const [edit] = manifest?.edits ?? []
        expect(edit && before.slice(0, edit.from) + edit.insert + before.slice(edit.to)).toBe(manifest?.text)
        await mirror.client.ask({ type: 'advance', byMs: 5_000 })
        expect(mirror.readyPods()).toHaveLength(5)
        expect(mirror.frames.flatMap(frame => frame.marks).map(mark => mark.type)).toContain('scaled')
      })

      test('scale leaves a text alone that was refused', async () => {
        const mirror = await settled()
        await mirror.client.ask({ type: 'apply', text: BROKEN })
        await act(mirror, { type: 'scale', id: 'Deployment/default/my-app', replicas: 1 })
        await mirror.client.ask({ type: 'advance', byMs: 60_000 })
        expect(mirror.readyPods()).toHaveLength(1)
        expect(mirror.manifests).toHaveLength(1)
      })

      test('start a client that keeps a Pod’s address, and stop it', async () => {
        const mirror = await settled()
        const [pod] = mirror.readyPods()
        await act(mirror, {
          type: 'start-client',
          name: 'keeper-1',
          node: 'n1',
          to: pod?.ip ?? '',
          port: 9376,
          rate: 5,
        })
        expect(mirror.views.get('Client//keeper-1')).toMatchObject({
          keptIP: pod?.ip,
          keptPod: pod?.id,
          service: null,
          alive: true,
        })
        await act(mirror, { type: 'stop-client', id: 'Client//keeper-1' })
        expect(mirror.views.has('Client//keeper-1')).toBe(false)
      })

      test.each([
        [{ type: 'kill-pod', id: 'Pod/default/nobody' }, /"nobody" not found/],
        [{ type: 'kill-pod', id: 'Node//n1' }, /for a Pod, not for a Node/],
        [{ type: 'kill-node', id: 'Node//n9' }, /n9/],
        [{ type: 'scale', id: 'Service/default/my-service', replicas: 1 }, /not for a Service/],
        [{ type: 'scale', id: 'Deployment/default/none', replicas: 1 }, /"none" not found/],
        [{ type: 'stop-client', id: 'Client//nobody' }, /no client is called "nobody"/],
        [{ type: 'start-client', name: 'frontend-1', node: 'n1', to: 'a', port: 80, rate: 1 }, /frontend-1/],
      ] as const)('%j is refused in words', async (action, message) => {
        const mirror = await settled()
        expect(await act(mirror, action)).toEqual({ ok: false, message: expect.stringMatching(message) })
      })
    })

    describe('requests', () => {
      test('are drawn and counted, and the counts agree', async () => {
        const mirror = await settled()
        await mirror.client.ask({ type: 'clock', running: true })
        await mirror.play(300)
        const { totals } = mirror.frames.findLast(frame => frame.totals) ?? {}
        expect(totals?.ok).toBeGreaterThan(80)
        const perPod = new Map(mirror.frames.flatMap(frame => frame.podTotals).map(pod => [pod.pod, pod.ok]))
        expect([...perPod.values()].reduce((sum, ok) => sum + ok, 0)).toBe(totals?.ok)
        expect([...perPod.keys()].sort()).toEqual(
          mirror
            .readyPods()
            .map(pod => pod.id)
            .sort(),
        )
        const beads = mirror.frames.flatMap(frame => frame.beads).filter(bead => bead.outcome !== 'pending')
        expect(beads.reduce((sum, bead) => sum + bead.weight, 0)).toBe((totals?.ok ?? 0) + (totals?.failed ?? 0))
        const seconds = mirror.frames.flatMap(frame => frame.seconds)
        expect(seconds.map(({ second }) => second)).toEqual(
          [...new Set(seconds.map(({ second }) => second))].sort((a, b) => a - b),
        )
        expect(seconds.length).toBeGreaterThan(5)
      })
    })

    describe('inspect', () => {
      test('a Service has its YAML and a verdict for each Pod', async () => {
        const mirror = await settled()
        const inspection = await mirror.client.ask({ type: 'inspect', id: 'Service/default/my-service' })
        expect(inspection).toMatchObject({ exists: true, id: 'Service/default/my-service' })
        expect(inspection.yaml).toContain('kind: Service')
        expect(inspection.verdicts.map(verdict => [verdict.in, verdict.ready])).toEqual([
          [true, true],
          [true, true],
          [true, true],
        ])
      })

      test('a Pod has events and one verdict for each Service', async () => {
        const mirror = await settled()
        const id = mirror.readyPods()[0]?.id ?? ''
        const inspection = await mirror.client.ask({ type: 'inspect', id })
        expect(inspection.verdicts).toMatchObject([{ service: 'Service/default/my-service', pod: id, in: true }])
        expect(inspection.events.map(event => event.reason)).toContain('Scheduled')
        expect(inspection.events.every(event => event.about === id)).toBe(true)
      })

      test.each(['Pod/default/nobody', 'Client//nobody', 'Zone//zone-a', 'toString/default/x'])(
        '%s does not exist',
        async id => {
          const mirror = mirrorOf()
          expect(await mirror.client.ask({ type: 'inspect', id })).toEqual({
            id,
            exists: false,
            yaml: '',
            events: [],
            verdicts: [],
          })
        },
      )
    })

    describe('reset', () => {
      test('starts another scenario at time 0, with a full frame and another text', async () => {
        const mirror = await settled()
        const clock = await mirror.client.ask({ type: 'reset', scenario: 'image-processing', seed: 5 })
        expect(clock).toEqual({ nowMs: 0, running: false, speed: 1 })
        expect(mirror.lastFrame).toMatchObject({ full: true, seed: 5, scenario: 'image-processing' })
        expect(mirror.all('Client')).toHaveLength(3)
        expect(mirror.all('Pod')).toEqual([])
        expect(mirror.manifests.at(-1)).toMatchObject({ edits: null, text: expect.stringContaining('image-backend') })
      })

      test('plays again when it played at first', async () => {
        const mirror = mirrorOf({ playing: true })
        await mirror.hello()
        await mirror.client.ask({ type: 'clock', running: false, speed: 10 })
        expect(await mirror.client.ask({ type: 'reset' })).toEqual({ nowMs: 0, running: true, speed: 10 })
        await mirror.play(1)
        expect(mirror.lastFrame.clock.nowMs).toBe(160)
      })

      test('can leave nothing but an empty cluster', async () => {
        const mirror = await settled()
        await mirror.client.ask({ type: 'reset', empty: true })
        expect([...mirror.views.values()]).toEqual([])
        expect(mirror.manifests.at(-1)?.text).toBe('')
      })

      test('of a scenario that does not exist changes nothing', async () => {
        const mirror = await settled()
        await expect(mirror.client.ask({ type: 'reset', scenario: 'none' })).rejects.toThrow(
          'no scenario is called "none"',
        )
        expect(mirror.readyPods()).toHaveLength(3)
      })
    })

    describe('snapshot and restore', () => {
      test('a restored host goes on exactly as the first one did', async () => {
        const first = await settled()
        await act(first, { type: 'kill-pod', id: first.readyPods()[0]?.id ?? '' })
        await first.client.ask({ type: 'advance', byMs: 1_234 })
        const { snapshot } = await first.client.ask({ type: 'snapshot' })
        const second = mirrorOf({ seed: 99, scenario: 'no-selector' })
        await second.hello()
        expect(await second.client.ask({ type: 'restore', snapshot })).toMatchObject({ nowMs: 11_234 })
        expect(second.lastFrame).toMatchObject({ full: true, seed: 1, scenario: 'my-service' })
        expect(second.views).toEqual(first.views)
        expect(second.manifests.at(-1)).toMatchObject({ edits: null, text: first.manifests[0]?.text })
        for (const mirror of [first, second]) {
          await act(mirror, { type: 'kill-node', id: 'Node//n2' })
          await mirror.client.ask({ type: 'advance', byMs: 400_000 })
        }
        expect(second.views).toEqual(first.views)
        const last = await Promise.all([first, second].map(mirror => mirror.client.ask({ type: 'snapshot' })))
        expect(last[0]).toEqual(last[1])
      })

      test.each(['', '{', '5', '{}', '{"format":"other"}'])(
        '%j is no snapshot, and changes nothing',
        async snapshot => {
          const mirror = await settled()
          const before = new Map(mirror.views)
          await expect(mirror.client.ask({ type: 'restore', snapshot })).rejects.toThrow(/no snapshot/)
          await mirror.client.ask({ type: 'clock' })
          expect(mirror.views).toEqual(before)
          await act(mirror, { type: 'kill-pod', id: mirror.readyPods()[0]?.id ?? '' })
          await mirror.client.ask({ type: 'advance', byMs: 5_000 })
          expect(mirror.readyPods()).toHaveLength(3)
        },
      )

      test('a snapshot with a broken cluster changes nothing either', async () => {
        const mirror = await settled()
        const before = new Map(mirror.views)
        const { snapshot } = await mirror.client.ask({ type: 'snapshot' })
        const broken = JSON.stringify({ ...(JSON.parse(snapshot) as object), cluster: '{"format":1}' })
        await expect(mirror.client.ask({ type: 'restore', snapshot: broken })).rejects.toThrow()
        await mirror.client.ask({ type: 'advance', byMs: 0 })
        expect(new Set(mirror.views.keys())).toEqual(new Set(before.keys()))
        expect(mirror.lastFrame.full).toBe(false)
      })
    })

    describe('the Kubernetes API', () => {
      const request = { headers: {}, query: '', body: '' }
      const pods = { ...request, method: 'GET', path: '/api/v1/namespaces/default/pods' }

      /** What a stream has told; `until` resolves when that many lines have come. */
      class Heard {
        readonly lines: string[] = []
        ended = 0
        #wake: (() => void) | undefined

        piece(text: string): void {
          this.lines.push(text)
          this.#wake?.()
        }
        end(): void {
          this.ended++
          this.#wake?.()
        }
        async until(reached: () => boolean): Promise<void> {
          while (!reached()) await new Promise<void>(resolve => (this.#wake = resolve))
        }
      }

      test('answers a request, and the cluster follows what it wrote', async () => {
        const mirror = await settled()
        const patch = { spec: { replicas: 5 } }
        const { answer } = mirror.client.callApi(
          {
            ...request,
            method: 'PATCH',
            path: '/apis/apps/v1/namespaces/default/deployments/my-app/scale',
            headers: { 'content-type': 'application/merge-patch+json' },
            body: JSON.stringify(patch),
          },
          new Heard(),
        )
        expect(await answer).toMatchObject({ type: 'body', status: 200 })
        await mirror.client.ask({ type: 'advance', byMs: 10_000 })
        expect(mirror.readyPods()).toHaveLength(5)
      })

      test('tells a watch line by line, until it is closed', async () => {
        const mirror = await settled()
        const heard = new Heard()
        const call = mirror.client.callApi({ ...pods, query: 'watch=true' }, heard)
        expect(await call.answer).toMatchObject({ type: 'stream' })
        await heard.until(() => heard.lines.length === 3)
        expect(heard.lines.map(line => (JSON.parse(line) as { type: string }).type)).toEqual([
          'ADDED',
          'ADDED',
          'ADDED',
        ])
        await act(mirror, { type: 'kill-pod', id: mirror.readyPods()[0]?.id ?? '' })
        await heard.until(() => heard.lines.length > 3)
        call.close()
        const before = heard.lines.length
        await mirror.client.ask({ type: 'advance', byMs: 10_000 })
        expect([heard.lines.length, heard.ended]).toEqual([before, 0])
      })

      test('tells what comes out of a container, and the Status that a command ends in', async () => {
        const mirror = await settled()
        const heard = new Heard()
        const name = mirror.readyPods()[0]?.name ?? ''
        const path = `/api/v1/namespaces/default/pods/${name}/exec`
        const query = 'command=hostname&container=web&stdout=true&stderr=true'
        await mirror.client.callApi({ ...request, method: 'POST', path, query }, heard).answer
        await mirror.client.ask({ type: 'advance', byMs: 1_000 })
        await heard.until(() => heard.ended === 1)
        expect(heard.lines[0]).toBe(`${name}\n`)
        expect(JSON.parse(heard.lines.at(-1) ?? '')).toMatchObject({ status: 'Success' })
      })

      test('ends its streams when another cluster takes the place of this one', async () => {
        const mirror = await settled()
        const heard = new Heard()
        await mirror.client.callApi({ ...pods, query: 'watch=true' }, heard).answer
        await mirror.client.ask({ type: 'reset' })
        await heard.until(() => heard.ended === 1)
      })

      test('opens a bounded number of streams', async () => {
        const mirror = await settled()
        const open = (): Promise<{ readonly type: string }> =>
          mirror.client.callApi({ ...pods, query: 'watch=true' }, new Heard()).answer
        for (let count = 0; count < 64; count++) expect((await open()).type).toBe('stream')
        expect(await open()).toMatchObject({ type: 'body', status: 429 })
      })
    })

    describe('what is no request', () => {
      test('with an id gets an error for an answer, and the next is answered as ever', async () => {
        const mirror = mirrorOf()
        await expect(mirror.client.ask({ type: 'explode' } as never)).rejects.toThrow('there is no request "explode"')
        await expect(mirror.client.ask({ type: 'apply' } as never)).rejects.toThrow(
          'the request "apply" has a wrong text',
        )
        await mirror.hello()
        expect(mirror.faults).toEqual([])
      })

      test('without one is told as a fault', async () => {
        const mirror = mirrorOf()
        for (const message of [null, 'hello', { type: 'request' }]) mirror.carrier.send(message as never)
        await mirror.hello()
        expect(mirror.faults).toEqual(['a message is no request', 'a message is no request', 'a request has no id'])
      })

      test('answers come in the order of the requests, each once', async () => {
        const mirror = mirrorOf()
        const order: string[] = []
        const asked = [
          mirror.client.ask({ type: 'advance', byMs: 20_000 }).then(() => order.push('advance')),
          mirror.client.ask({ type: 'explode' } as never).catch(() => order.push('explode')),
          mirror.client.ask({ type: 'step' }).then(() => order.push('step')),
          mirror.hello().then(() => order.push('hello')),
        ]
        await Promise.all(asked)
        expect(order).toEqual(['advance', 'explode', 'step', 'hello'])
      })
    })
  })
}
