// Whether a client may start: its specification makes sense, nobody has its id or its name, and the playground runs the Node
// that it is to live on.

import { isSimulated } from '../api/node/node.ts'
import type { TrafficSpec } from '../api/workload-spec.ts'
import type { StoreClient } from '../store/client.ts'
import type { Client } from './client.ts'
import { readClientSpec, type ClientSpec } from './client-spec.ts'

/** The whole specification, or a sentence about what is in its way. */
export function admitClient(
  given: TrafficSpec,
  others: readonly Client[],
  store: StoreClient,
): ClientSpec | { readonly message: string } {
  const spec = readClientSpec(given)
  if ('message' in spec) return spec
  if (others.some(other => other.spec.id === spec.id)) return { message: `traffic "${spec.id}" already exists` }
  if (others.some(other => other.spec.name === spec.name)) return { message: `client "${spec.name}" already exists` }
  const node = store.get('Node', '', spec.node)
  if (!node) return { message: `nodes "${spec.node}" not found` }
  return isSimulated(node)
    ? spec
    : { message: `node "${spec.node}" is not run by the playground: no client can start there` }
}
