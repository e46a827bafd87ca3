// Renders the app's scenes to PNG files: every scene in two sizes, light and dark, in English and 中文.
// `npm run pictures` writes them to pictures/ (not kept in git); `npm run pictures -- --readme` renews docs/pictures/.
// Plain node:* and Playwright; the app is the built one, served by the companion on a free port.

import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright'
import { BROWSER_ARGS, findBrowser } from './find-browser.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const forReadme = process.argv.includes('--readme')
const only = process.argv.find(argument => argument.startsWith('--only='))?.slice('--only='.length)
const folder = join(root, forReadme ? 'docs/pictures' : 'pictures')
mkdirSync(folder, { recursive: true })

const AT_ONCE = 3
const FORMS = [
  { form: 'desktop', viewport: { width: 1440, height: 900 } },
  { form: 'phone', viewport: { width: 390, height: 844 } },
]

const SCENES = [
  { name: 'my-service', scenario: 'my-service', untilMs: 20_000 },
  { name: 'node-dead', scenario: 'my-service', untilMs: 12_000, act: killSecondNode, afterMs: 20_000 },
  { name: 'node-not-ready', scenario: 'my-service', untilMs: 12_000, act: killSecondNode, afterMs: 70_000, speed: 10 },
  { name: 'three-slices', scenario: 'three-slices', untilMs: 15_000 },
  { name: 'no-selector', scenario: 'no-selector', untilMs: 8_000 },
  { name: 'multi-port', scenario: 'multi-port', untilMs: 8_000 },
  { name: 'external-name', scenario: 'external-name', untilMs: 6_000 },
  { name: 'image-processing', scenario: 'image-processing', untilMs: 10_000 },
  { name: 'editing', scenario: 'my-service', untilMs: 10_000, act: writePortZero, afterMs: 2_000, desktopOnly: true },
  { name: 'terminal', scenario: 'my-service', untilMs: 8_000, act: typeCommands, afterMs: 500 },
]
const README_SCENES = new Set([
  'my-service light en desktop',
  'node-dead dark en desktop',
  'three-slices light en desktop',
  'terminal light en desktop',
])

async function killSecondNode(page) {
  const node = await page.locator('[data-kind="Pod"][data-ready="true"]').nth(1).getAttribute('data-node')
  await page.locator(`[data-kind="Node"][data-name="${node}"]`).click({ position: { x: 12, y: 8 } })
  await page.keyboard.press('k')
}

async function writePortZero(page) {
  const box = page.getByTestId('yaml-editor').getByRole('textbox')
  const text = (await box.innerText()).replace('port: 80', 'port: 0')
  await box.click()
  await box.press('ControlOrMeta+a')
  await page.keyboard.insertText(text.replaceAll('\n\n', '\n'))
  await page.getByTestId('problem').first().waitFor()
}

async function typeCommands(page) {
  await page.getByRole('tab', { name: /^(Terminal|终端)$/ }).click()
  const input = page.getByTestId('terminal-input')
  for (const line of [
    'kubectl get endpointslices',
    'kubectl exec deploy/my-app -- curl -s my-service',
    'kubectl get service my-servce',
  ]) {
    await input.fill(line)
    await input.press('Enter')
    await page.waitForFunction(() => !document.querySelector('[data-testid="terminal-input"]')?.readOnly)
  }
}

const nowMs = async page => Number(await page.getByTestId('clock').getAttribute('data-now-ms'))

async function reach(page, ms) {
  await page.waitForFunction(
    limit => Number(document.querySelector('[data-testid="clock"]')?.dataset.nowMs) >= limit,
    ms,
    { timeout: 120_000, polling: 100 },
  )
}

function serve() {
  const child = spawn(
    process.execPath,
    [join(root, 'dist/server/main.js'), '--port', '0', '--dns-port', '0', '--sockets', 'off'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  return new Promise((resolve, reject) => {
    child.on('exit', code => reject(new Error(`the companion stopped with ${code}`)))
    child.stdout.on('data', data => {
      const address = /http:\/\/127\.0\.0\.1:\d+/.exec(String(data))?.[0]
      if (address) resolve({ address, stop: () => child.kill('SIGTERM') })
    })
  })
}

/** Every picture that this run is to make. */
function* pictures() {
  for (const scene of SCENES) {
    for (const { form, viewport } of FORMS) {
      if (scene.desktopOnly && form === 'phone') continue
      for (const theme of ['light', 'dark']) {
        for (const lang of ['en', 'zh']) {
          const label = `${scene.name} ${theme} ${lang} ${form}`
          if (forReadme && !README_SCENES.has(label)) continue
          if (only === undefined || label.includes(only)) yield { scene, viewport, theme, lang, label }
        }
      }
    }
  }
}

async function take(browser, address, { scene, viewport, theme, lang, label }) {
  const page = await browser.newPage({ viewport, colorScheme: theme })
  await page.goto(`${address}/?scenario=${scene.scenario}&seed=1&lang=${lang}&speed=${scene.speed ?? 1}`)
  await reach(page, scene.untilMs)
  if (scene.act) {
    await scene.act(page)
    await reach(page, (await nowMs(page)) + scene.afterMs)
  }
  await page.screenshot({ path: join(folder, `${label.replaceAll(' ', '-')}.png`) })
  await page.close()
  console.log(label)
}

const { address, stop } = await serve()
const browser = await chromium.launch({ executablePath: findBrowser()?.executablePath, args: BROWSER_ARGS })
try {
  const waiting = pictures()
  const worker = async () => {
    for (const picture of waiting) await take(browser, address, picture)
  }
  // Most of a picture's time is waiting for its moment, so a few wait together.
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
} finally {
  await browser.close()
  stop()
}
