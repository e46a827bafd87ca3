// The API server's door: the store and the narrow client through which everyone else reads and writes.

export type { PropagationPolicy, StoreClient, WatchEvent } from './client.ts'
export { revisionOf } from './history.ts'
export type { ObjectTexts } from './object-texts.ts'
export { ClusterStore } from './store.ts'
