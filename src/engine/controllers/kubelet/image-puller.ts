// How the image of a container comes to a node, after pkg/kubelet/images: what is there is used, what is not is pulled, what
// cannot be pulled is tried again with a growing back-off, and a reference that is none is never tried.

import { judgeImage } from '../../apps/image-names.ts'
import type { Container, Pod } from '../../api/pod/pod.ts'
import { clockTime } from '../../kernel/event-loop.ts'
import type { ControllerRuntime } from '../runtime/controller-runtime.ts'
import { backOffMs } from './back-off.ts'
import type { NodeWork } from './node-work.ts'
import type { PodBench } from './pod-bench.ts'
import type { ContainerWork, PodWork } from './pod-work.ts'

/** How soon a kubelet tries again what no back-off slows down. */
const RETRY_MS = 10_000

/** The container whose image is wanted. */
export interface Wanted {
  readonly work: PodWork
  readonly pod: Pod
  readonly container: Container
  readonly own: ContainerWork
  readonly node: NodeWork
}

export class ImagePuller {
  readonly #context: ControllerRuntime
  readonly #bench: PodBench

  constructor(context: ControllerRuntime, bench: PodBench) {
    this.#context = context
    this.#bench = bench
  }

  /** `ready`; or for how many milliseconds it is `pulled`; or it is `refused`, and why stands in the container. */
  begin(wanted: Wanted): 'ready' | 'refused' | { readonly pullMs: number } {
    const { container, node } = wanted
    const image = container.image ?? ''
    const verdict = judgeImage(image)
    const pullMs = this.#context.settings()['sim-image-pull-time']
    if (verdict.kind === 'malformed') return this.#refuse(wanted, 'InvalidImageName', verdict.message, 'InspectFailed')
    const here = verdict.kind === 'fine' && (pullMs === 0 || node.images.includes(image))
    if (container.imagePullPolicy === 'Never' && !here) {
      const message = `Container image "${image}" is not present with pull policy of Never`
      return this.#refuse(wanted, 'ErrImageNeverPull', message, 'ErrImageNeverPull')
    }
    if (here && (pullMs === 0 || container.imagePullPolicy !== 'Always')) {
      this.#say(wanted, 'Pulled', `Container image "${image}" already present on machine`)
      return 'ready'
    }
    this.#say(wanted, 'Pulling', `Pulling image "${image}"`)
    return { pullMs }
  }

  /** The time of a pull is over: whether the image is there now. */
  end(wanted: Wanted): boolean {
    const { container, own, node } = wanted
    const image = container.image ?? ''
    const verdict = judgeImage(image)
    if (verdict.kind === 'fine') {
      own.pulls = 0
      if (!node.images.includes(image)) node.images.push(image)
      const took = `${this.#context.settings()['sim-image-pull-time'] / 1000}s`
      const message = `Successfully pulled image "${image}" in ${took} (${took} including waiting). Image size: 0 bytes.`
      this.#say(wanted, 'Pulled', message)
      return true
    }
    own.pulls++
    own.notBeforeMs = clockTime(this.#context.loop.nowMs + backOffMs(own.pulls))
    own.waiting = { reason: 'ErrImagePull', message: verdict.message }
    this.#say(wanted, 'Failed', `Failed to pull image "${image}": ${verdict.message}`, 'Warning')
    this.#say(wanted, 'Failed', 'Error: ErrImagePull', 'Warning')
    return false
  }

  /** The kubelet looks again at a container whose pull failed: it waits now. Whether that is news. */
  wait(wanted: Wanted): boolean {
    const { container, own } = wanted
    if (own.waiting?.reason !== 'ErrImagePull') return false
    const message = `Back-off pulling image "${container.image ?? ''}"`
    own.waiting = { reason: 'ImagePullBackOff', message: `${message}: ErrImagePull: ${own.waiting.message}` }
    this.#say(wanted, 'BackOff', message)
    this.#say(wanted, 'Failed', 'Error: ImagePullBackOff', 'Warning')
    return true
  }

  #refuse(wanted: Wanted, reason: string, message: string, event: string): 'refused' {
    wanted.own.waiting = { reason, message }
    wanted.own.notBeforeMs = clockTime(this.#context.loop.nowMs + RETRY_MS)
    this.#say(wanted, event, message, 'Warning')
    this.#say(wanted, 'Failed', `Error: ${reason}`, 'Warning')
    return 'refused'
  }

  #say({ work, pod, container }: Wanted, reason: string, message: string, type: 'Normal' | 'Warning' = 'Normal'): void {
    this.#bench.sayOf(work, pod, container, reason, message, type)
  }
}
