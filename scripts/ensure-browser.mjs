// Makes sure that there is a Chromium for the browser tests. In order: one that is there already; Playwright's own
// headless shell; on Debian and Ubuntu as root, the distribution's; else one line that says what to do.

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureDeps } from './ensure-deps.mjs'

ensureDeps()
const { findBrowser } = await import('./find-browser.mjs')
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const INSTALL_MS_MAX = 600_000

if (!findBrowser()) downloadShell()
if (!findBrowser()) installFromDistribution()
if (!findBrowser()) {
  console.error('No Chromium was found or could be installed: install one, or name one in CHROMIUM_PATH.')
  process.exit(1)
}

function downloadShell() {
  console.error('Looking for a browser: downloading a headless Chromium …')
  const cli = join(root, 'node_modules', 'playwright', 'cli.js')
  run(process.execPath, [cli, 'install', '--only-shell', 'chromium'])
}

// The second package draws Chinese: without a font its letters are boxes.
function installFromDistribution() {
  const isRoot = process.getuid?.() === 0
  if (!isRoot || !existsSync('/etc/debian_version')) return
  console.error('Looking for a browser: installing chromium with apt-get …')
  if (run('apt-get', ['update']) !== 0) return
  run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium', 'fonts-wqy-microhei'])
}

function run(command, args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  delete env.PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD
  return spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], env, timeout: INSTALL_MS_MAX }).status
}
