// Sorting things into named heaps, in the order in which each heap's first thing came.

export function groupBy<T>(things: readonly T[], keyOf: (thing: T) => string): Map<string, T[]> {
  const heaps = new Map<string, T[]>()
  for (const thing of things) {
    const key = keyOf(thing)
    const heap = heaps.get(key)
    if (heap) heap.push(thing)
    else heaps.set(key, [thing])
  }
  return heaps
}
