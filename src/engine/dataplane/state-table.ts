// States of Services in a snapshot. Many listeners hold the same state, and many states hold the same objects: each is
// written once and meant by its number.

import type { EndpointSlice } from '../api/endpointslice/endpointslice.ts'
import type { Service } from '../api/service/service.ts'
import { invariant } from '../kernel/invariant.ts'
import { deepFreeze } from '../kernel/json.ts'
import { ServiceState } from './service-state.ts'

export interface SavedStates {
  readonly objects: readonly (Service | EndpointSlice)[]
  readonly states: readonly SavedState[]
}

interface SavedState {
  readonly key: string
  readonly service: number | null
  readonly slices: readonly number[]
}

/** Numbers states and their objects in the order in which they are met. */
export class StateNumbers {
  readonly #objects = new Map<Service | EndpointSlice, number>()
  readonly #states = new Map<ServiceState, number>()
  readonly #saved: SavedState[] = []

  numberOf(state: ServiceState): number {
    const known = this.#states.get(state)
    if (known !== undefined) return known
    const number = this.#states.size
    this.#states.set(state, number)
    const service = state.service ? this.#objectNumber(state.service) : null
    this.#saved.push({ key: state.key, service, slices: state.slices.map(slice => this.#objectNumber(slice)) })
    return number
  }

  save(): SavedStates {
    return { objects: [...this.#objects.keys()], states: this.#saved }
  }

  #objectNumber(object: Service | EndpointSlice): number {
    const number = this.#objects.get(object) ?? this.#objects.size
    this.#objects.set(object, number)
    return number
  }
}

/** The way back: the state of a number. */
export function loadStates(saved: SavedStates): (number: number) => ServiceState {
  const object = (number: number): Service | EndpointSlice => {
    const found = saved.objects[number]
    invariant(found, `object ${number} is not in the snapshot`)
    return deepFreeze(found)
  }
  const states = saved.states.map(
    ({ key, service, slices }) =>
      new ServiceState(
        key,
        service === null ? undefined : (object(service) as Service),
        slices.map(number => object(number) as EndpointSlice),
      ),
  )
  return number => {
    const state = states[number]
    invariant(state, `state ${number} is not in the snapshot`)
    return state
  }
}
