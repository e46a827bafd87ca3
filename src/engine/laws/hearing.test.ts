// Controllers act on what there is, not on what they were told: however late and in whatever order they hear of changes, and
// whatever they miss, they come to a state in which everything holds; and a control plane that starts over what another one
// left writes nothing.

import { env } from 'node:process'
import { describe, test } from 'vitest'
import { DUAL_STACK_SETTINGS, type ClusterSettings } from '../api/cluster-settings.ts'
import { SHARED_CACHE } from '../controllers/index.ts'
import { ControllerFixture } from '../testing/controller-fixture.ts'
import { brokenEndpoints, brokenMirrors } from '../testing/laws/endpoints-law.ts'
import { noteRestlessWrites } from '../testing/laws/quiet-law.ts'
import { brokenSlices } from '../testing/laws/slice-law.ts'
import { brokenWorkloads } from '../testing/laws/workload-law.ts'
import { checkWalk, lawSeeds } from '../testing/walk/check-walks.ts'
import { FixtureStage } from '../testing/walk/fixture-stage.ts'
import { LateEars, type Hearing } from '../testing/walk/late-ears.ts'
import { SLICE_CAP_MAX } from '../testing/walk/random-commands.ts'
import { follow, type Walk } from '../testing/walk/walk.ts'

const GOOD: Hearing = { lateMsMax: 0, deafMsMax: 0, awakeMsMax: 0 }
const HEARINGS: { readonly [how: string]: Hearing } = {
  'in another order': { lateMsMax: 50, deafMsMax: 0, awakeMsMax: 0 },
  'seconds late': { lateMsMax: 5_000, deafMsMax: 0, awakeMsMax: 0 },
  'with gaps': { lateMsMax: 50, deafMsMax: 20_000, awakeMsMax: 20_000 },
}
const AFTER_START_MS = 900_000
const RESYNC_MS = 600_000

interface Heard {
  readonly fixture: ControllerFixture
  readonly ears: LateEars
}

function settingsOf({ options }: Walk): Partial<ClusterSettings> {
  return { ...(options.dualStack ? DUAL_STACK_SETTINGS : {}), ...options.settings }
}

function withEars(
  hearing: Hearing,
  options: { readonly seed: number; readonly settings: Partial<ClusterSettings> },
  saved?: string,
): Heard {
  const made: LateEars[] = []
  const fixture = new ControllerFixture(
    {
      ...options,
      face: (client, { loop, random }) => {
        const ears = made[0] ?? new LateEars(loop, random.stream('ears'), hearing)
        made[0] = ears
        // Caches are fresh, and a kubelet is not told anew of the Pods that it runs.
        const hearsWell = client.actor === SHARED_CACHE || (client.actor.startsWith('kubelet') && hearing === GOOD)
        return hearsWell ? client : ears.face(client)
      },
    },
    saved,
  )
  return { fixture, ears: made[0]! }
}

function brokenByHearing(hearing: Hearing): (walk: Walk) => readonly string[] {
  return walk => {
    const { fixture, ears } = withEars(hearing, { seed: walk.options.seed, settings: settingsOf(walk) })
    const stage = new FixtureStage(fixture)
    follow(stage, walk)
    ears.heal()
    stage.advanceTo(walk.restMs)
    const { user, settings } = fixture
    return [
      ...brokenSlices(user, SLICE_CAP_MAX),
      ...brokenEndpoints(user),
      ...brokenMirrors(user, settings['mirroring-max-endpoints-per-subset']),
      ...brokenWorkloads(user),
    ]
  }
}

/** What a new control plane writes over a cluster at rest. Kubelets go on: their containers run. */
function writtenAtStart(walk: Walk): readonly string[] {
  const { seed } = walk.options
  // What nobody tells of a controller finds when it looks at everything again.
  const patient = { ...settingsOf(walk), 'min-resync-period': RESYNC_MS }
  const stage = new FixtureStage(new ControllerFixture({ seed, settings: patient }))
  follow(stage, walk)
  stage.advanceTo(walk.restMs)
  const { settings } = stage.fixture
  const { fixture, ears } = withEars(GOOD, { seed, settings }, withoutControlPlane(stage.fixture.save()))
  fixture.controllers.start()
  const restless = noteRestlessWrites(fixture.user, () => fixture.loop.nowMs)
  ears.tellAll()
  fixture.loop.advanceTo(walk.restMs + AFTER_START_MS)
  // Who decides anew about a Pod that is on its way out already may have another reason for it, as the real one has.
  return restless().filter(line => !/ MODIFIED Pod .*"deletionTimestamp"/.test(line))
}

/** The saved state of store, machines and kubelets, and of nobody else. */
function withoutControlPlane(text: string): string {
  const saved = JSON.parse(text) as {
    readonly parts: { readonly kubelet: unknown }
    readonly loop: { readonly pending: readonly (readonly [number, number, string])[] }
  }
  const pending = saved.loop.pending.filter(([, , topic]) => topic.startsWith('kubelet/'))
  return JSON.stringify({ ...saved, parts: { kubelet: saved.parts.kubelet }, loop: { ...saved.loop, pending } })
}

describe.each(Object.entries(HEARINGS))('controllers that hear %s', (_, hearing) => {
  test.each(lawSeeds(3, env))('come to rest where all laws hold: walk %d', { timeout: 600_000 }, seed =>
    checkWalk(seed, brokenByHearing(hearing)),
  )
})

test.each(lawSeeds(5, env))('a new control plane finds nothing to write: walk %d', { timeout: 600_000 }, seed =>
  checkWalk(seed, writtenAtStart),
)
