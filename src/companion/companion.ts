// The companion as a value: options in, a running process part out. It owns one cluster and one server, and stops both.

import { readFileSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import {
  DEFAULT_SCENARIO,
  findScenario,
  HostedCluster,
  parseScenario,
  type Scenario,
  type StartOptions,
  type WallClock,
} from '../bridge/host/index.ts'
import { DecisionLog } from '../engine/index.ts'
import { createApp } from './http/app.ts'
import { listen } from './http/listen.ts'
import { OpenWatches } from './http/open-watches.ts'
import { listPageFiles } from './http/page-files.ts'
import { createTurns } from './http/turns.ts'
import { Upgrades } from './http/upgrades.ts'
import type { Logger } from './logger.ts'
import type { CompanionOptions } from './options.ts'
import { machineClock } from './wall-clock.ts'

const SCENARIO_BYTES_MAX = 16 * 1_048_576

export interface CompanionSetting {
  readonly options: CompanionOptions
  /** The folder of the built page. */
  readonly pageFolder: string
  readonly version: string
  readonly logger: Logger
}

export interface Companion {
  readonly url: string
  /** Resolves when nothing of it runs any more. */
  close(): Promise<void>
}

/** Something the user has to put right; the message is the whole story. */
export class UserMistake extends Error {}

/** Rejects with UserMistake or CannotListen where the user can do something about it. */
export async function startCompanion({ options, pageFolder, version, logger }: CompanionSetting): Promise<Companion> {
  const files = listPageFiles(pageFolder)
  if (!files.has('/'))
    throw new UserMistake(`There is no built page in ${pageFolder}: run npm run build, or npm start.`)
  const epochMs = (): number | undefined => (options.clock === 'real' ? Date.now() : undefined)
  const start: StartOptions = {
    seed: options.seed,
    nodes: options.nodes,
    empty: options.empty,
    dualStack: options.dualStack,
    scenario: options.empty ? undefined : readScenario(options.scenario ?? DEFAULT_SCENARIO),
  }
  const watches = new OpenWatches()
  // Asked for after it happened, and so heard from the beginning.
  let decisions = new DecisionLog()
  let upgrades: Upgrades | undefined
  const home = new HostedCluster({
    clock: guardedClock(error => {
      home.setClock({ running: false })
      logger.complain(
        `the clock stands still: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      )
    }),
    start: { ...start, epochMs: epochMs() },
    playing: options.clock === 'real',
    // What watched the cluster before has nothing more to hear.
    onCluster: cluster => {
      decisions = new DecisionLog()
      cluster.onDecision(decision => decisions.add(decision))
      watches.expireAll()
      upgrades?.endAll()
    },
  })
  try {
    complainOf(home, logger)
    const inTurn = createTurns()
    const app = createApp({
      home,
      decisions: () => decisions,
      watches,
      inTurn,
      version,
      clock: options.clock,
      start,
      epochMs,
      files,
      logger,
    })
    upgrades = new Upgrades({ home, logger })
    const listening = await listen(app, upgrades, options.port)
    return {
      url: `http://127.0.0.1:${listening.port}`,
      close: async () => {
        home.stop()
        watches.endAll()
        upgrades?.endAll()
        await listening.close()
      },
    }
  } catch (error) {
    home.stop()
    throw error
  }
}

/** Work on the wall clock has no request to answer: what is thrown there is told apart. */
function guardedClock(onError: (error: unknown) => void): WallClock {
  const guard = (work: () => void): void => {
    try {
      work()
    } catch (error) {
      onError(error)
    }
  }
  return { nowMs: () => machineClock.nowMs(), schedule: work => machineClock.schedule(() => guard(work)) }
}

function readScenario(nameOrFile: string): Scenario {
  const builtIn = findScenario(nameOrFile)
  if (builtIn) return builtIn
  const parsed = parseScenario(basename(nameOrFile), readFile(nameOrFile))
  if (!parsed.ok) throw new UserMistake(`--scenario: ${parsed.message}`)
  return parsed.scenario
}

function readFile(file: string): string {
  let bytes: number
  try {
    bytes = statSync(file).size
    if (bytes <= SCENARIO_BYTES_MAX) return readFileSync(file, 'utf8')
  } catch (error) {
    const why =
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such scenario and no such file' : String(error)
    throw new UserMistake(`--scenario "${file}": ${why}.`)
  }
  throw new UserMistake(`--scenario "${file}": ${bytes} bytes are more than ${SCENARIO_BYTES_MAX}.`)
}

// A built-in scenario has no mistakes, so what is refused is the user's file.
function complainOf(home: HostedCluster, logger: Logger): void {
  const { outcome } = home.manifest
  const problem = outcome.problems.find(one => one.severity === 'error')
  if (!outcome.ok) {
    const place = problem ? `${home.scenario}:${problem.line}:${problem.column}: ${problem.message}` : home.scenario
    throw new UserMistake(`--scenario ${place}`)
  }
  for (const notice of home.notices) logger.complain(`${home.scenario}: ${notice}`)
}
