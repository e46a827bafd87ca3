// The API server's door: the store and the narrow client through which everyone else reads and writes.

export type { DeleteOptions, StoreClient, WatchEvent, WatchEventType } from './client.ts'
export { ClusterStore, type SavedStore, type StoreOptions } from './store.ts'
