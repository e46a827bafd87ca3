// `npm test`: packages, types, lint, format and floors, unit tests, the build, a browser, the journeys in it. Goes on past
// a failure, so that one run tells all of it, and ends with one line that counts: `N passed, N failed`.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureDeps, runNpm } from './ensure-deps.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const bin = (...path) => join(root, 'node_modules', ...path)
const reports = mkdtempSync(join(tmpdir(), 'service-playground-test-'))
const unitReport = join(reports, 'unit.json')
const journeyReport = join(reports, 'journeys.json')
const total = { passed: 0, failed: 0 }

ensureDeps()
step('types, lint, format, floors', () => runNpm(['run', 'check']))
step(
  'unit tests',
  () =>
    run(bin('vitest', 'vitest.mjs'), [
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${unitReport}`,
    ]),
  () => countUnit(unitReport),
)
const builds = step('build', () => run(bin('vite', 'bin', 'vite.js'), ['build', '--app']))
if (builds) step('the size of the first load', () => run(join(root, 'scripts', 'check-bundle.mjs'), []))
const hasBrowser = step('a browser', () => run(join(root, 'scripts', 'ensure-browser.mjs'), []))
if (builds && hasBrowser) {
  step(
    'journeys in the browser',
    () =>
      run(bin('@playwright', 'test', 'cli.js'), ['test', '--reporter=list,json'], {
        PLAYWRIGHT_JSON_OUTPUT_FILE: journeyReport,
      }),
    () => countJourneys(journeyReport),
  )
} else {
  console.log('\nThe journeys in the browser were not run, since what they need failed above.')
}
rmSync(reports, { recursive: true, force: true })
console.log(`\n${total.passed} passed, ${total.failed} failed`)
process.exit(total.failed === 0 ? 0 : 1)

/** Runs one step and adds up what it counted. A step that failed without a failed test counts as one failure. */
function step(title, work, count = () => ({ passed: 0, failed: 0 })) {
  console.log(`\n── ${title}`)
  const ok = work() === 0
  const counted = count()
  total.passed += counted.passed
  total.failed += ok ? counted.failed : Math.max(1, counted.failed)
  if (!ok) console.log(`── ${title}: failed`)
  return ok
}

function run(script, args, env = {}) {
  const options = { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...env } }
  return spawnSync(process.execPath, [script, ...args], options).status
}

function countUnit(file) {
  const report = readReport(file)
  return { passed: report?.numPassedTests ?? 0, failed: report?.numFailedTests ?? 0 }
}

function countJourneys(file) {
  const stats = readReport(file)?.stats
  return { passed: (stats?.expected ?? 0) + (stats?.flaky ?? 0), failed: stats?.unexpected ?? 0 }
}

// A run that broke down before its end leaves no report.
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
