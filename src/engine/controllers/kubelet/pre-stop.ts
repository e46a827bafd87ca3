// How long a preStop hook takes, as far as it can be told from the spec: the sleep action, and commands that only sleep, which
// is how people give proxies time to forget a Pod. Any other hook ends at once. Pure.

import type { Container } from '../../api/pod/pod.ts'

/** Milliseconds until the hook is done. */
export function preStopMs(container: Container): number {
  const hook = container.lifecycle?.preStop
  if (hook?.sleep) return hook.sleep.seconds * 1000
  const command = hook?.exec?.command ?? []
  const seconds = /(?:^|[\s;&/])sleep\s+(\d+(?:\.\d+)?)s?(?=$|[\s;&])/.exec(command.join(' '))?.[1]
  return seconds === undefined ? 0 : Number(seconds) * 1000
}
