// `npm start`: packages, a build when it is missing or older than its sources, then the companion in this process with
// the flags as they came. Works from any folder: files named by flags are looked for where the user stands.

import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { ensureDeps } from './ensure-deps.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const server = join(root, 'dist', 'server', 'main.js')
const built = [server, join(root, 'dist', 'web', 'index.html')]
const sources = ['src', 'public', 'index.html', 'vite.config.ts', 'tsconfig.json', 'package.json', 'package-lock.json']

ensureDeps()
if (isStale()) build()
// npm moves to the project's folder and tells where it came from.
if (process.env.npm_lifecycle_event === 'start' && process.env.INIT_CWD) process.chdir(process.env.INIT_CWD)
import(pathToFileURL(server).href).catch(error => {
  console.error(error)
  process.exit(1)
})

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

// What the build says goes to standard error: standard output belongs to the companion.
function build() {
  console.error('Building …')
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  const done = spawnSync(process.execPath, [vite, 'build', '--app'], { cwd: root, stdio: ['ignore', 2, 2] })
  if (done.status !== 0) {
    console.error('The build failed; what it said stands above.')
    process.exit(done.status === null ? 1 : done.status)
  }
}
