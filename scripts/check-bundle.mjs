// Counts what a browser loads before the first moving graph: the page's entry with everything it imports at once, and
// the worker that runs the engine. Fails when the gzipped sum is over the budget. Prints each file, largest first.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const BUDGET_KB = 260
const web = fileURLToPath(new URL('../dist/web', import.meta.url))
const manifest = JSON.parse(readFileSync(join(web, '.vite/manifest.json'), 'utf8'))

const files = new Set()
const visit = key => {
  const chunk = manifest[key]
  if (!chunk || files.has(chunk.file)) return
  files.add(chunk.file)
  for (const next of chunk.imports ?? []) visit(next)
}
const entry = Object.keys(manifest).find(key => manifest[key].isEntry)
if (!entry) throw new Error('no entry in dist/web/.vite/manifest.json: run npm run build first')
visit(entry)
for (const name of readdirSync(join(web, 'assets'))) if (/worker.*\.js$/.test(name)) files.add(`assets/${name}`)

const sizes = [...files]
  .filter(file => file.endsWith('.js'))
  .map(file => [file, gzipSync(readFileSync(join(web, file)), { level: 9 }).length / 1000])
sizes.sort((a, b) => b[1] - a[1])
for (const [file, size] of sizes) console.log(`${size.toFixed(1).padStart(8)} kB  ${file}`)
const total = sizes.reduce((sum, [, size]) => sum + size, 0)
console.log(`${total.toFixed(1).padStart(8)} kB  first load, gzipped (budget ${BUDGET_KB} kB)`)
if (total > BUDGET_KB) {
  console.error(
    `The first load is ${(total - BUDGET_KB).toFixed(1)} kB over its budget: make what the first picture does not need lazy.`,
  )
  process.exit(1)
}
