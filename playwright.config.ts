// Journeys in one browser, against the built page served by the built companion: what a user gets.

import { defineConfig, devices } from '@playwright/test'
import { BROWSER_ARGS, findBrowser } from './scripts/find-browser.mjs'

const port = 4179
const origin = `http://127.0.0.1:${port}`
const executablePath = findBrowser()?.executablePath

export default defineConfig({
  testDir: 'e2e',
  forbidOnly: Boolean(process.env['CI']),
  fullyParallel: true,
  workers: 2,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: 'list',
  use: {
    baseURL: origin,
    trace: 'off',
    launchOptions: {
      ...(executablePath === undefined ? {} : { executablePath }),
      args: BROWSER_ARGS,
    },
  },
  projects: [{ name: 'chromium', use: { ...devices['Desktop Chrome'], viewport: { width: 1440, height: 900 } } }],
  webServer: {
    command: `node dist/server/main.js --port ${port} --clock manual --sockets off --dns-port 0`,
    url: `${origin}/playground/v1/status`,
    reuseExistingServer: false,
    timeout: 30_000,
  },
})
