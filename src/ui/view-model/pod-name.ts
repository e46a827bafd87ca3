// Names as they are shown: a Pod by the random end of its name, which is what tells it from its siblings, and any view
// by the last part of its id.

import type { ViewId } from '../../protocol/index.ts'

/** `my-app-5d4f…-x8k2p` → `x8k2p`; a name without a generated end is shown whole. */
export function podSuffix(name: string): string {
  const end = /-([bcdfghjklmnpqrstvwxz2456789]{5})$/.exec(name)
  return end?.[1] ?? name
}

export interface IdParts {
  readonly kind: string
  readonly namespace: string
  readonly name: string
}

/** `Pod/default/web-x8k2p` in its three parts. */
export function idParts(id: ViewId): IdParts {
  const [kind = '', namespace = '', ...name] = id.split('/')
  return { kind, namespace, name: name.join('/') }
}
