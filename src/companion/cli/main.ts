// Entry of `npm run simulate`: words in, the result out, one sentence and a code when something was wrong.

import { printResult, simulate, SimulateMistake } from './simulate.ts'
import { readSimulateOptions } from './simulate-options.ts'

process.exitCode = main(process.argv.slice(2))

function main(args: readonly string[]): number {
  const options = readSimulateOptions(args)
  try {
    if ('message' in options) throw new SimulateMistake(options.message)
    const result = simulate(options)
    process.stdout.write(`${options.json ? JSON.stringify(result, null, 2) : printResult(result)}\n`)
    return 0
  } catch (error) {
    if (!(error instanceof SimulateMistake)) throw error
    process.stderr.write(`${error.message}\n`)
    return 2
  }
}
