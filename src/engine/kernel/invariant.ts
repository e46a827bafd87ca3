// A broken assumption is our bug, never the user's: it throws with the facts and is caught at the edge only.

export function invariant(condition: unknown, facts: string): asserts condition {
  if (!condition) throw new Error(`broken invariant: ${facts}`)
}
