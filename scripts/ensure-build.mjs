// A build when there is none or it is older than its sources. What the build says goes to standard error: standard output
// belongs to whoever runs next.

import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const built = ['server/main.js', 'server/simulate.js', 'web/index.html'].map(name => join(root, 'dist', name))
const sources = ['src', 'public', 'index.html', 'vite.config.ts', 'tsconfig.json', 'package.json', 'package-lock.json']

/** The path of an entry of the server's build, fresh. */
export function ensureBuild(entry) {
  if (isStale()) build()
  return join(root, 'dist', 'server', entry)
}

function isStale() {
  if (!built.every(file => existsSync(file))) return true
  const oldest = Math.min(...built.map(file => statSync(file).mtimeMs))
  return sources.some(name => newestIn(join(root, name)) > oldest)
}

// A folder's own time counts too: it changes when a file in it goes away.
function newestIn(path) {
  if (!existsSync(path)) return 0
  const found = statSync(path)
  if (!found.isDirectory()) return found.mtimeMs
  return readdirSync(path).reduce((newest, name) => Math.max(newest, newestIn(join(path, name))), found.mtimeMs)
}

function build() {
  console.error('Building …')
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  const done = spawnSync(process.execPath, [vite, 'build', '--app'], { cwd: root, stdio: ['ignore', 2, 2] })
  if (done.status !== 0) {
    console.error('The build failed; what it said stands above.')
    process.exit(done.status === null ? 1 : done.status)
  }
}
