// Takes conformance vectors over into the repository, compressed: `node scripts/refresh-vectors.mjs FOLDER`, where FOLDER
// holds the recordings as JSON. The same recording gives the same bytes.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const FILES = [
  'api-requests',
  'api-more',
  'endpoints-slices',
  'dual-stack',
  'kubectl',
  'kubectl-1.32',
  'dns',
  'proxy-rules',
  'proxy-dual',
]
const target = join(dirname(dirname(fileURLToPath(import.meta.url))), 'src', 'conformance', 'vectors')

const folder = process.argv[2]
if (folder === undefined) {
  console.error('usage: node scripts/refresh-vectors.mjs FOLDER')
  process.exit(1)
}
mkdirSync(target, { recursive: true })
for (const name of FILES) {
  const recording = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'))
  const packed = gzipSync(JSON.stringify(recording), { level: 9 })
  writeFileSync(join(target, `${name}.json.gz`), packed)
  console.log(
    `${name}: ${recording.vectors.length} stories of Kubernetes ${recording.kubernetes}, ${packed.length} bytes`,
  )
}
