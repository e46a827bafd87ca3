// Servers that are known by their image: what they are told on their command line, and where they listen because of it,
// whatever ports their Pod declares. Left out: configuration files; an nginx that has any of its own is not known.

import type { Container } from '../api/pod/pod.ts'
import { baseNameOf } from './image-names.ts'

export interface KnownPorts {
  readonly tcp: readonly number[]
  readonly udp: readonly number[]
}

const AGNHOST_PROGRAM = '/agnhost'

/** What the server is told: its arguments, without the name of its program. */
export function argumentsOf({ command = [], args = [] }: Container): readonly string[] {
  const words = [...command, ...args]
  return words[0] === AGNHOST_PROGRAM ? words.slice(1) : args
}

/** Where a container listens by its image and arguments; undefined when it is not known. */
export function knownPorts(container: Container): KnownPorts | undefined {
  const { image = '', command = [] } = container
  const args = argumentsOf(container)
  const name = baseNameOf(image)
  if (command.length > 0 && command[0] !== AGNHOST_PROGRAM) return undefined
  switch (name) {
    case 'nginx':
      return args.length === 0 && !hasOwnFiles(container) ? { tcp: [80], udp: [] } : undefined
    case 'http-echo':
      return { tcp: [Number((optionOf(args, 'listen') ?? ':5678').split(':').at(-1))], udp: [] }
    case 'whoami':
      return { tcp: [Number(optionOf(args, 'port') ?? 80)], udp: [] }
    case 'redis':
      return args.length === 0 ? { tcp: [6379], udp: [] } : undefined
    case 'pause':
      return { tcp: [], udp: [] }
    case 'agnhost':
      return agnhostPorts(args)
    default:
      return undefined
  }
}

function agnhostPorts(args: readonly string[]): KnownPorts | undefined {
  const port = (option: string, otherwise: number): number => Number(optionOf(args, option) ?? otherwise)
  switch (args[0]) {
    case 'netexec': {
      const udp = port('udp-port', 8081)
      return { tcp: [port('http-port', 8080)], udp: udp < 0 ? [] : [udp] }
    }
    case 'serve-hostname': {
      const isOn = (option: string): boolean => args.includes(`--${option}`) || optionOf(args, option) === 'true'
      const at = [port('port', 9376)]
      return { tcp: isOn('tcp') || optionOf(args, 'http') !== 'false' ? at : [], udp: isOn('udp') ? at : [] }
    }
    case 'pause':
      return { tcp: [], udp: [] }
    default:
      return undefined
  }
}

function hasOwnFiles(container: Container): boolean {
  const mounts = container['volumeMounts']
  return Array.isArray(mounts) && mounts.length > 0 && JSON.stringify(mounts).includes('/etc/nginx')
}

/** The value of `-name=value` or `--name value` among arguments. */
export function optionOf(args: readonly string[], name: string): string | undefined {
  for (const [index, arg] of args.entries()) {
    if (arg === `-${name}` || arg === `--${name}`) return args[index + 1]
    const match = /^--?([a-z-]+)=(.*)$/s.exec(arg)
    if (match?.[1] === name) return match[2]
  }
  return undefined
}
