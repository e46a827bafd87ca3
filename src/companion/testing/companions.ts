// Companions for tests: each on a free port, with a page of nothing, the clock in the test's hand unless it says otherwise.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCompanion, type Companion } from '../companion.ts'
import { createLogger } from '../logger.ts'
import type { CompanionOptions } from '../options.ts'

const OPTIONS: CompanionOptions = {
  port: 0,
  scenario: undefined,
  empty: false,
  dualStack: false,
  nodes: undefined,
  seed: 1,
  clock: 'manual',
  log: 'text',
}

export class TestCompanions {
  readonly #running: Companion[] = []
  readonly #folders: string[] = []
  /** What they complained of. */
  readonly complaints: string[] = []

  /** The address of a new one. */
  async start(options: Partial<CompanionOptions> = {}): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), 'companion-test-'))
    this.#folders.push(folder)
    writeFileSync(join(folder, 'index.html'), '<!doctype html>')
    const logger = createLogger('text', { out: () => {}, err: line => this.complaints.push(line) })
    const setting = { options: { ...OPTIONS, ...options }, pageFolder: folder, version: '9.9.9', logger }
    const companion = await startCompanion(setting)
    this.#running.push(companion)
    return companion.url
  }

  async closeAll(): Promise<void> {
    await Promise.all(this.#running.splice(0).map(companion => companion.close()))
    for (const folder of this.#folders.splice(0)) rmSync(folder, { recursive: true })
  }
}
