// Brings the installed packages to what package-lock.json says, and only then: nothing happens when they are already so.
// Runs before anything is installed, so it uses what comes with Node, and syntax that an old Node can read: whoever has
// one gets a sentence and not a SyntaxError.

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const version = process.versions.node.split('.').map(Number)
const fits = (version[0] === 20 && version[1] >= 19) || (version[0] === 22 && version[1] >= 12) || version[0] > 22
if (!fits) {
  console.error(
    'Service Playground needs Node 20.19 or newer in the 20 line, or 22.12 and up; this is Node ' +
      process.versions.node +
      '.',
  )
  process.exit(1)
}

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const stampFile = join(root, 'node_modules', '.install-stamp')

/** Runs npm with arguments in the project's folder: the same npm that runs us where there is one. Returns its exit code. */
export function runNpm(args, env) {
  const npm = process.env.npm_execpath
  const byScript = npm !== undefined && /\.c?js$/.test(npm)
  const options = { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: env || process.env }
  const done = byScript
    ? spawnSync(process.execPath, [npm].concat(args), options)
    : spawnSync('npm', args, Object.assign(options, { shell: process.platform === 'win32' }))
  return done.status === null ? 1 : done.status
}

/** Installs what the lock names unless that was done here before; ends the process when it cannot. */
export function ensureDeps() {
  const wanted = stampOfLock()
  if (wanted === stampOnDisk()) return
  console.error('Installing packages …')
  const env = Object.assign({}, process.env, { PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1' })
  // An npm that runs us hands its own settings down; these would leave out what the build needs.
  for (const key of Object.keys(env)) {
    if (/^npm_(config_(omit|production|ignore_scripts|only|dry_run)|lifecycle|package|command)/i.test(key))
      delete env[key]
  }
  delete env.NODE_ENV
  const status = runNpm(['ci', '--include=dev', '--no-audit', '--no-fund', '--prefer-offline'], env)
  if (status !== 0) {
    console.error('The packages could not be installed (npm ci ended with ' + status + ').')
    process.exit(status)
  }
  writeFileSync(stampFile, wanted)
}

// The same lock on another platform or another Node wants other binaries.
function stampOfLock() {
  const lock = readFileSync(join(root, 'package-lock.json'))
  const machine = [process.platform, process.arch, process.versions.modules].join(' ')
  return createHash('sha256').update(lock).update(machine).digest('hex')
}

function stampOnDisk() {
  try {
    return readFileSync(stampFile, 'utf8')
  } catch {
    return ''
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) ensureDeps()
