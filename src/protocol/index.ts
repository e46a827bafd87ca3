// The words on the wire between a client and an engine host. Types only, but for the version.

export * from './api.ts'
export * from './commands.ts'
export * from './settings.ts'
export * from './updates.ts'
export * from './version.ts'
export * from './views.ts'
