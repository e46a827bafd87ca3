// Which programs an image has, of those that the simulated shell knows. Of an image that is not known here all are there.
// Left out: what somebody installs later.

import { baseNameOf } from './image-names.ts'

const CORE = (
  '[ cat cut date echo env false grep head hostname id ls printenv printf pwd rm seq sh sleep sort tail tee test touch tr ' +
  'true uniq wc whoami'
).split(' ')
const BUSYBOX = [...CORE, 'ash', 'nc', 'nslookup', 'wget']
const ALPINE = [...BUSYBOX, 'getent']
const DEBIAN = [...CORE, 'bash', 'dash', 'getent']

/** Whether `kubectl exec` finds a program in a container of this image. */
export function hasProgram(image: string, program: string): boolean {
  return programsOf(image)?.includes(program) ?? true
}

function programsOf(image: string): readonly string[] | undefined {
  const system = /:[^/]*alpine/.test(image) ? ALPINE : DEBIAN
  switch (baseNameOf(image)) {
    case 'busybox':
      return BUSYBOX
    case 'alpine':
      return ALPINE
    case 'agnhost':
      return [...ALPINE, 'bash', 'curl', 'dig', '/agnhost']
    case 'curl':
      return [...ALPINE, 'curl']
    case 'nginx':
      return [...system, 'curl']
    case 'debian':
    case 'httpd':
    case 'redis':
    case 'ubuntu':
      return system
    case 'http-echo':
    case 'pause':
    case 'whoami':
      return []
    default:
      return undefined
  }
}
