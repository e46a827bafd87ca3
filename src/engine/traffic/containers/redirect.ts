// The output of a command put where its redirections say: into files, to the other stream, or nowhere. Any folder is there.

import type { ContainerFiles } from './command.ts'

export type Stream = 'stdout' | 'stderr'

/** What is done with output as it comes. */
export type Say = (stream: Stream, text: string) => void

/** A redirection whose file is known; without a path it goes where the other stream goes. */
export interface KnownRedirection {
  readonly stream: Stream
  readonly append: boolean
  readonly path: string | null
}

/** A stream of the terminal, or a file. */
type Place = Stream | { readonly path: string }

/** Makes the files that are written to, and gives the way that output takes from there on. */
export function redirected(say: Say, redirections: readonly KnownRedirection[], files: ContainerFiles): Say {
  if (redirections.length === 0) return say
  const places: { [S in Stream]: Place } = { stdout: 'stdout', stderr: 'stderr' }
  for (const { stream, append, path } of redirections)
    places[stream] = path === null ? places[stream === 'stdout' ? 'stderr' : 'stdout'] : begun(path, append, files)
  return (stream, text) => {
    const place = places[stream]
    if (typeof place === 'string') say(place, text)
    else if (place.path !== '/dev/null') files.write(place.path, (files.written.get(place.path) ?? '') + text)
  }
}

/** A file that is written to; what was in it goes unless it is written on. */
function begun(path: string, append: boolean, files: ContainerFiles): Place {
  if (!append && path !== '/dev/null') files.write(path, '')
  return { path }
}
