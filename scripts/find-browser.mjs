// Which Chromium the browser tests drive: the one named by CHROMIUM_PATH, else Playwright's own, else one that the
// system has. Only looks; installs nothing.

import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { chromium } from 'playwright'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge']
const SUFFIXES = process.platform === 'win32' ? ['.exe'] : ['']
const FOLDERS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ...['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA'].flatMap(variable => {
    const folder = process.env[variable]
    if (!folder) return []
    return [
      join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe'),
      join(folder, 'Microsoft', 'Edge', 'Application', 'msedge.exe'),
    ]
  }),
]

/** How it is started: on machines without a GPU or a way out, and as root. */
export const BROWSER_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** The browser, or undefined. Without `executablePath` Playwright finds its own headless shell by itself. */
export function findBrowser(env = process.env) {
  if (env.CHROMIUM_PATH) return { kind: 'named', executablePath: env.CHROMIUM_PATH }
  return ownBrowser() ?? systemBrowser(env)
}

// .../chromium-1255/chrome-linux64/chrome, with the headless shell in .../chromium_headless_shell-1255.
function ownBrowser() {
  const full = chromium.executablePath()
  const home = dirname(dirname(full))
  const shell = home.replace(/chromium-(\d+)$/, 'chromium_headless_shell-$1')
  if (existsSync(join(shell, 'INSTALLATION_COMPLETE'))) return { kind: 'playwright' }
  return existsSync(full) ? { kind: 'playwright', executablePath: full } : undefined
}

function systemBrowser(env) {
  const onPath = (env.PATH ?? '')
    .split(delimiter)
    .filter(folder => folder !== '')
    .flatMap(folder => NAMES.flatMap(name => SUFFIXES.map(suffix => join(folder, name + suffix))))
  const executablePath = [...onPath, ...FOLDERS].find(path => existsSync(path))
  return executablePath === undefined ? undefined : { kind: 'system', executablePath }
}
