// Counts what a browser loads before the first moving graph: the page's entry with everything it imports at once, held to
// a budget, and the worker that runs the engine beside it. Prints each file gzipped, largest first.

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
const gzipped = file => gzipSync(readFileSync(join(web, file)), { level: 9 }).length / 1000
const print = (size, what) => console.log(`${size.toFixed(1).padStart(8)} kB  ${what}`)

const page = [...files].filter(file => file.endsWith('.js')).map(file => ({ file, size: gzipped(file) }))
page.sort((a, b) => b.size - a.size)
for (const { file, size } of page) print(size, file)
const total = page.reduce((sum, { size }) => sum + size, 0)
print(total, `the page's first load, gzipped (budget ${BUDGET_KB} kB)`)
for (const name of readdirSync(join(web, 'assets'))) {
  if (/worker.*\.js$/.test(name)) print(gzipped(`assets/${name}`), `the engine's worker, beside it`)
}
if (total > BUDGET_KB) {
  console.error(
    `The page's first load is ${(total - BUDGET_KB).toFixed(1)} kB over its budget: make what the first picture does not need lazy.`,
  )
  process.exit(1)
}
