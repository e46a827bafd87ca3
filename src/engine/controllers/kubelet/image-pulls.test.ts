import { describe, expect, it } from 'vitest'
import { onePod, podOf, statuses, timesOf, told } from '../../testing/kubelet-fixture.ts'

const MISSING = 'nginx:does-not-exist'
const WHY =
  'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:does-not-exist": failed to resolve reference "docker.io/library/nginx:does-not-exist": docker.io/library/nginx:does-not-exist: not found'

describe('an image that is not there', () => {
  it('is tried again 10, 20, 40 … 300 s after each failure', () => {
    const fixture = onePod({ image: MISSING }, {}, { 'sim-image-pull-time': 1_000 }).runTo(700)
    const gaps = timesOf(fixture, 'Pulling').map((time, index, all) => Math.round(time - (all[index - 1] ?? time)))
    expect(gaps.slice(1)).toEqual([11, 21, 41, 81, 161, 301])
  })

  it('shows in the status first as the error and then as the back-off, with the address', () => {
    const fixture = onePod({ image: MISSING }).runTo(6)
    expect(statuses(fixture).map(line => line.replace(/^\S+ /, ''))).toEqual([
      'Pending',
      'Pending ContainerCreating',
      'Pending ErrImagePull',
      'Pending ImagePullBackOff',
    ])
    const { status } = podOf(fixture)
    expect(status?.podIP).toBe('10.244.1.2')
    expect(status?.containerStatuses?.[0]?.state?.waiting).toEqual({
      reason: 'ImagePullBackOff',
      message: `Back-off pulling image "${MISSING}": ErrImagePull: ${WHY}`,
    })
    expect(fixture.endpoints('web')).toEqual(['10.244.1.2'])
    const words = told(fixture, 'Pulling', 'Failed', 'BackOff').map(line => line.replace(/^\S+ /, ''))
    expect(words).toEqual([
      `Pulling Pulling image "${MISSING}"`,
      `Failed Failed to pull image "${MISSING}": ${WHY}`,
      'Failed Error: ErrImagePull',
      `BackOff Back-off pulling image "${MISSING}"`,
      'Failed Error: ImagePullBackOff',
    ])
  })

  it('does not keep the other containers from starting', () => {
    const containers = [
      { name: 'bad', image: MISSING },
      { name: 'good', image: 'web:1' },
    ]
    const { status } = podOf(onePod({}, { containers }).runTo(6))
    expect(status?.containerStatuses?.map(({ state }) => Object.keys(state ?? {})[0])).toEqual(['waiting', 'running'])
    expect(status?.phase).toBe('Pending')
  })

  it('that must not be pulled is said not to be present', () => {
    const fixture = onePod({ image: MISSING, imagePullPolicy: 'Never' }).runTo(6)
    expect(podOf(fixture).status?.containerStatuses?.[0]?.state?.waiting).toEqual({
      reason: 'ErrImageNeverPull',
      message: `Container image "${MISSING}" is not present with pull policy of Never`,
    })
    expect(timesOf(fixture, 'Pulling')).toEqual([])
  })

  it('that is no reference at all is never asked for', () => {
    const fixture = onePod({ image: 'Web App' }).runTo(30)
    expect(podOf(fixture).status?.containerStatuses?.[0]?.state?.waiting?.reason).toBe('InvalidImageName')
    expect(timesOf(fixture, 'Pulling')).toEqual([])
    expect(timesOf(fixture, 'InspectFailed').length).toBeGreaterThan(1)
  })

  it('that comes at last lets the container start', () => {
    const fixture = onePod({ image: MISSING }).runTo(20)
    const pod = podOf(fixture)
    const containers = pod.spec.containers.map(container => ({ ...container, image: 'nginx:1.27' }))
    fixture.user.update('Pod', { ...pod, spec: { ...pod.spec, containers } })
    fixture.runTo(40)
    expect(podOf(fixture).status?.phase).toBe('Running')
  })
})
