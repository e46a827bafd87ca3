// `npm run test:laws -- --seeds 500 --from 1`: the laws of the engine over so many random walks, from a seed on. What a walk
// breaks is printed with its seed and the few steps that it takes.

import { parseArgs } from 'node:util'
import { ensureDeps } from './ensure-deps.mjs'
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '100' }, from: { type: 'string', default: '1' } },
})
const root = dirname(dirname(fileURLToPath(import.meta.url)))
ensureDeps()
const { status } = spawnSync(
  process.execPath,
  [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', 'src/engine/laws'],
  { cwd: root, stdio: 'inherit', env: { ...process.env, LAW_SEEDS: values.seeds, LAW_FROM: values.from } },
)
process.exitCode = status ?? 1
