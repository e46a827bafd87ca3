// Entry of the companion process: flags in, one line with the address out, a clean end on a signal.

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { startCompanion, UserMistake } from './companion.ts'
import { CannotListen } from './http/listen.ts'
import { createLogger, type Streams } from './logger.ts'
import { HELP, readOptions, type CompanionOptions } from './options.ts'

const streams: Streams = {
  out: line => void process.stdout.write(`${line}\n`),
  err: line => void process.stderr.write(`${line}\n`),
}

await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<void> {
  const read = readOptions(args)
  if (read.type === 'help') return streams.out(HELP)
  if (read.type === 'mistake') return fail(read.message)
  if (read.notYet.length > 0) streams.err(`${read.notYet.join(', ')}: not there yet; the rest runs.`)
  try {
    await run(read.options)
  } catch (error) {
    if (!(error instanceof UserMistake || error instanceof CannotListen)) throw error
    fail(error.message)
  }
}

async function run(options: CompanionOptions): Promise<void> {
  const logger = createLogger(options.log, streams)
  const companion = await startCompanion({
    options,
    pageFolder: fileURLToPath(new URL('../web', import.meta.url)),
    version: versionOfPackage(),
    logger,
  })
  logger.say(`Service Playground: ${companion.url}`, { url: companion.url })
  const stop = (): void => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop)
    void companion.close()
  }
  // A second signal meets nobody, and ends the process at once.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop)
}

// Both src/companion and dist/server stand two levels below the package.
function versionOfPackage(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

function fail(message: string): void {
  streams.err(message)
  process.exitCode = 1
}
