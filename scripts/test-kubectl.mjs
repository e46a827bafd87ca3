// `npm run test:kubectl`: every recorded story of kubectl with the kubectl on the PATH, where `npm test` plays a third.

import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureDeps } from './ensure-deps.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
ensureDeps()
const args = [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', 'src/conformance/kubectl-on-path.test.ts']
const env = { ...process.env, KUBECTL_STORIES: 'all' }
process.exit(spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env }).status ?? 1)
