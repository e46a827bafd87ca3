// The browser's entry: an engine in a worker of its own, and the app on the page. Nothing more.

import { createWorkerClientCarrier } from './bridge/carriers/index.ts'
import { createEngineClient } from './bridge/client/index.ts'
import { startApp } from './ui/app/index.ts'

const root = document.getElementById('root')
if (root === null) throw new Error('the page has no #root')

await startApp(root, ({ scenario, seed, speed }) => {
  const worker = new Worker(new URL('./bridge/host/engine.worker.ts', import.meta.url), {
    type: 'module',
    name: JSON.stringify({ scenario, seed, speed }),
  })
  return createEngineClient(createWorkerClientCarrier(worker))
})
