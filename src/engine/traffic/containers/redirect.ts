// The output of a command put where its redirections say: into files, to the other stream, or nowhere. Any folder is there.

import { wordText, type Redirection, type Word } from '../../apps/split-words.ts'
import type { CommandOutcome, ContainerFiles } from './command.ts'

type Stream = 'stdout' | 'stderr'

/** A stream of the terminal, or a file. */
type Place = Stream | { readonly path: string; readonly append: boolean }

/** What is left of an outcome when its redirected output has been written. */
export function redirected(
  outcome: CommandOutcome,
  {
    redirections,
    files,
    valueOf,
  }: {
    readonly redirections: readonly Redirection[]
    readonly files: ContainerFiles
    readonly valueOf: (variable: string) => string
  },
): CommandOutcome {
  if (redirections.length === 0) return outcome
  const places: { [S in Stream]: Place } = { stdout: 'stdout', stderr: 'stderr' }
  for (const { stream, append, path } of redirections)
    places[stream] = path ? begun(path, append, files, valueOf) : places[stream === 'stdout' ? 'stderr' : 'stdout']
  let out = ''
  let err = ''
  for (const [stream, text] of [
    ['stdout', outcome.out ?? ''],
    ['stderr', outcome.err ?? ''],
  ] as const) {
    const place = places[stream]
    if (place === 'stdout') out += text
    else if (place === 'stderr') err += text
    else if (place.path !== '/dev/null') files.write(place.path, (files.written.get(place.path) ?? '') + text)
  }
  return { ...outcome, out, err }
}

/** A file that is written to; what was in it goes unless it is written on. */
function begun(path: Word, append: boolean, files: ContainerFiles, valueOf: (variable: string) => string): Place {
  const name = wordText(path, valueOf)
  if (!append && name !== '/dev/null') files.write(name, '')
  return { path: name, append }
}
