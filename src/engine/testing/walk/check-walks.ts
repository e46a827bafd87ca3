// Asks a law of a walk, and when the walk breaks it, makes the walk small: steps are left out, larger pieces first, as long as
// the law is still broken. The seeds are fixed; a longer run asks for more of them by LAW_SEEDS (how many) and LAW_FROM (the
// first one).

import { describeWalk, drawWalk, type Walk } from './walk.ts'

/** Sentences that say what does not hold; none when all does. A law that throws says so, too. */
export type Law = (walk: Walk) => readonly string[]

/** How often a failing walk is tried again with fewer steps. */
const ATTEMPTS_MAX = 100
const STEPS = 60

/** The seeds of a run: `few`, from 1 on, unless the environment asks for others. */
export function lawSeeds(few: number, env: { readonly [name: string]: string | undefined }): readonly number[] {
  const first = Number(env['LAW_FROM'] ?? 1)
  return Array.from({ length: Number(env['LAW_SEEDS'] ?? few) }, (_, index) => first + index)
}

/** Throws with the seed, the steps that are left and what they break. */
export function checkWalk(seed: number, law: Law): void {
  const walk = drawWalk(seed, STEPS)
  if (ask(law, walk).length === 0) return
  const small = shorten(walk, one => ask(law, one).length > 0)
  throw new Error(
    [`with ${small.steps.length} of ${walk.steps.length} steps:`, ...ask(law, small), describeWalk(small)].join('\n'),
  )
}

function ask(law: Law, walk: Walk): readonly string[] {
  try {
    return law(walk)
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)]
  }
}

/** The walk without steps that the failure does not need. */
export function shorten(walk: Walk, fails: (walk: Walk) => boolean): Walk {
  let left = walk
  let attempts = 0
  for (let size = Math.ceil(walk.steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < left.steps.length && attempts < ATTEMPTS_MAX;) {
      const fewer = { ...left, steps: left.steps.toSpliced(at, size) }
      attempts++
      if (fails(fewer)) left = fewer
      else at += size
    }
  }
  return left
}
