// The order of a list after a strategic merge patch: items that the patch knows of come in the patch's order, those that
// only the server has keep theirs, and walking both, a server's item goes first only if the patch's next item stood
// behind it on the server. So a new item lands in front.

import { sameJson } from '../kernel/json.ts'
import { goValueText } from './go-value.ts'
import { isRecord, own } from './patch-outcome.ts'

interface Arrangement {
  readonly merged: readonly unknown[]
  /** Items, or their keys alone, as the patch has them. */
  readonly order: readonly unknown[]
  /** The list as it was on the server. */
  readonly serverOrder: readonly unknown[]
  /** '' for a list of plain texts. */
  readonly mergeKey: string
}

export function arrange({ merged, order, serverOrder, mergeKey }: Arrangement): readonly unknown[] {
  const placeIn = (list: readonly unknown[], item: unknown): number =>
    list.findIndex(other => isSame(other, item, mergeKey))
  const known = merged.filter(item => placeIn(order, item) !== -1)
  const patchItems = known.toSorted((a, b) => placeIn(order, a) - placeIn(order, b))
  const serverItems = merged
    .filter(item => placeIn(order, item) === -1)
    .toSorted((a, b) => placeIn(serverOrder, a) - placeIn(serverOrder, b))
  const arranged: unknown[] = []
  let next = 0
  for (const item of serverItems) {
    while (next < patchItems.length && !standsBefore(item, patchItems[next])) arranged.push(patchItems[next++])
    arranged.push(item)
  }
  return [...arranged, ...patchItems.slice(next)]

  function standsBefore(item: unknown, other: unknown): boolean {
    const otherPlace = placeIn(serverOrder, other)
    return otherPlace !== -1 && placeIn(serverOrder, item) < otherPlace
  }
}

/** Why a patch's list does not follow the order given with it, in upstream's words; undefined if it does. */
export function checkOrder(patch: readonly unknown[], order: readonly unknown[], mergeKey: string): string | undefined {
  const items = patch.filter(item => !isRecord(item) || own(item, '$patch') === undefined)
  let place = 0
  for (const item of items) {
    while (place < order.length && !isSame(order[place], item, mergeKey)) place++
    if (place++ < order.length) continue
    return `The order in patch list:\n${goValueText(patch)}\n doesn't match $setElementOrder list:\n${goValueText(order)}\n`
  }
  return undefined
}

function isSame(a: unknown, b: unknown, mergeKey: string): boolean {
  if (mergeKey === '') return sameJson(a, b)
  return isRecord(a) && isRecord(b) && sameJson(own(a, mergeKey), own(b, mergeKey))
}
