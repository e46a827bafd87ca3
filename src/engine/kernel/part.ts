// A part of the cluster that has state of its own. The snapshot of a cluster is the list of its parts' savings; wiring
// (watches, handlers) is made by construction and is never saved.

/** `save` gives plain JSON; `load` takes it over completely, so that both together change nothing. */
export interface Part {
  readonly partName: string
  save(): unknown
  load(saved: never): void
}
