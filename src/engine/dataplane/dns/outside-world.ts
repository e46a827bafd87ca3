// The stand-in for everybody else's DNS. The playground has no internet: a name outside the cluster's domain gets an
// address of 198.51.100.0/24 (set aside for documentation) that depends on the name alone, and a healthy server answers
// there. So that a mistyped Service name does not seem to work, only names that look public resolve.

import { hashText } from '../../kernel/rng.ts'

const TOP_LEVELS = [
  'app',
  'biz',
  'cloud',
  'com',
  'dev',
  'edu',
  'eu',
  'example',
  'gov',
  'info',
  'int',
  'io',
  'me',
  'net',
  'org',
]
const HOSTS = 254

/** The address of an outside name (lower case, no final dot), or undefined when nobody has such a name. */
export function outsideAddress(name: string): string | undefined {
  const labels = name.split('.')
  if (labels.length < 2 || labels.includes('') || !TOP_LEVELS.includes(labels.at(-1) as string)) return undefined
  return standInAddress(name)
}

/** The address of a name that an ExternalName Service gives: any of two labels or more that is no address itself. */
export function externalNameAddress(name: string): string | undefined {
  const labels = name.split('.')
  if (labels.length < 2 || labels.includes('') || /^\d+$/.test(labels.at(-1) as string)) return undefined
  return standInAddress(name)
}

function standInAddress(name: string): string {
  return `198.51.100.${1 + (hashText(name) % HOSTS)}`
}
