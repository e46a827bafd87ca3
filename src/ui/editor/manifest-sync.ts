// The text in the editor beside the text as the host holds it, and the way from one to the other. The host's own edits
// (a Scale button writes `replicas: 5`) are carried over whatever was typed meanwhile, so neither is lost; this is the
// rebasing of CodeMirror's collab, for one client and one host. Pure.

import { ChangeSet, Text } from '@codemirror/state'
import type { TextEdit } from '../../protocol/index.ts'

export interface ManifestSync {
  /** What the host runs. */
  readonly base: Text
  /** From `base` to the text in the editor. */
  readonly unsent: ChangeSet
  /** From the text that was sent last and not answered yet to the text in the editor. */
  readonly sinceSent: ChangeSet | null
}

export function startSync(text: Text): ManifestSync {
  return { base: text, unsent: ChangeSet.empty(text.length), sinceSent: null }
}

/** The editor keeps `text` although the host holds `base`: all of it counts as typed. */
export function keepingText(base: Text, text: Text): ManifestSync {
  const unsent = ChangeSet.of({ from: 0, to: base.length, insert: text }, base.length)
  return { base, unsent, sinceSent: null }
}

/** After the user changed the text. */
export function typed(sync: ManifestSync, changes: ChangeSet): ManifestSync {
  return {
    base: sync.base,
    unsent: sync.unsent.compose(changes),
    sinceSent: sync.sinceSent === null ? null : sync.sinceSent.compose(changes),
  }
}

/** As the whole text is sent. */
export function sent(sync: ManifestSync, length: number): ManifestSync {
  return { ...sync, sinceSent: ChangeSet.empty(length) }
}

/** After the answer to the text that was sent: the host runs it now, or still runs what it ran. */
export function answered(sync: ManifestSync, text: Text, taken: boolean): ManifestSync {
  if (!taken || sync.sinceSent === null) return { ...sync, sinceSent: null }
  return { base: text, unsent: sync.sinceSent, sinceSent: null }
}

export interface Rebased {
  readonly sync: ManifestSync
  /** What to do to the text in the editor. */
  readonly changes: ChangeSet
}

/** After the host edited its own text; null when its edits do not fit what we believe it holds. */
export function rebased(sync: ManifestSync, edits: readonly TextEdit[], text: string): Rebased | null {
  if (edits.some(edit => edit.to > sync.base.length || edit.from > edit.to)) return null
  const theirs = ChangeSet.of([...edits], sync.base.length)
  const base = theirs.apply(sync.base)
  if (base.toString() !== text) return null
  const changes = theirs.map(sync.unsent)
  return {
    sync: {
      base,
      unsent: sync.unsent.map(theirs, true),
      sinceSent: sync.sinceSent === null ? null : sync.sinceSent.compose(changes),
    },
    changes,
  }
}
