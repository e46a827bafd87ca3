// How long requests took, in buckets whose width grows with the value: 64 to each doubling, so that any quantile is known
// to within 1/128 of itself, in whole numbers alone. Two histograms add up to the histogram of all their values. Values
// are milliseconds, kept in microseconds; above 2³¹ µs (36 minutes) they all count as that.

const SUB_BITS = 6
const SUB_COUNT = 1 << SUB_BITS
const VALUE_US_MAX = 0x7fff_ffff

/** [bucket, count][], by bucket. */
export type SavedHistogram = readonly (readonly [number, number])[]

export class Histogram {
  #counts: number[] = []
  #total = 0

  get total(): number {
    return this.#total
  }

  add(valueMs: number): void {
    const bucket = bucketOf(Math.min(VALUE_US_MAX, Math.max(0, Math.round(valueMs * 1000))))
    while (this.#counts.length <= bucket) this.#counts.push(0)
    this.#counts[bucket] = (this.#counts[bucket] as number) + 1
    this.#total++
  }

  merge(other: Histogram): void {
    for (const [bucket, count] of other.save()) {
      while (this.#counts.length <= bucket) this.#counts.push(0)
      this.#counts[bucket] = (this.#counts[bucket] as number) + count
      this.#total += count
    }
  }

  /** The value at rank ⌈share · total⌉ from below, to within 1/128 of itself or half a microsecond; undefined when empty. */
  quantile(share: number): number | undefined {
    if (this.#total === 0) return undefined
    const rank = Math.min(this.#total, Math.max(1, Math.ceil(share * this.#total)))
    let seen = 0
    for (const [bucket, count] of this.#counts.entries()) {
      seen += count
      if (seen >= rank) return middleUs(bucket) / 1000
    }
    return undefined
  }

  save(): SavedHistogram {
    return [...this.#counts.entries()].filter(([, count]) => count > 0)
  }

  load(saved: SavedHistogram): void {
    this.#counts = []
    this.#total = 0
    for (const [bucket, count] of saved) {
      while (this.#counts.length <= bucket) this.#counts.push(0)
      this.#counts[bucket] = count
      this.#total += count
    }
  }
}

// Values below 64 have a bucket each. Above, a value with its highest bit at 2ᵉ is told by e and its next six bits.
function bucketOf(valueUs: number): number {
  if (valueUs < SUB_COUNT) return valueUs
  const shift = 31 - Math.clz32(valueUs) - SUB_BITS
  return (shift + 1) * SUB_COUNT + (valueUs >>> shift) - SUB_COUNT
}

function middleUs(bucket: number): number {
  if (bucket < SUB_COUNT) return bucket
  const shift = Math.floor(bucket / SUB_COUNT) - 1
  const low = (SUB_COUNT + (bucket % SUB_COUNT)) * 2 ** shift
  return low + (2 ** shift - 1) / 2
}
