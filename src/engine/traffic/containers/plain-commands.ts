// The commands that need no network: small, and honest about what they are. A container here has no files of its own but those
// that a kubelet writes, so `ls` shows a bare root and `cat` reads three files. What is not in this list is not there.

import { formatTimestamp } from '../../kernel/timestamp.ts'
import { failed, said, type Command } from './command.ts'
import { hostnameOf, hostsFile, resolvConf, type Place } from './container-env.ts'
import { curl, wget } from './http-commands.ts'
import { dig, getent, nslookup } from './name-commands.ts'

const FOLDERS: { readonly [path: string]: readonly string[] } = {
  '/': ['bin', 'dev', 'etc', 'home', 'proc', 'root', 'run', 'sys', 'tmp', 'usr', 'var'],
  '/etc': ['hostname', 'hosts', 'resolv.conf'],
}

const cat: Command = (args, context) => {
  let out = ''
  for (const path of args) {
    const text = fileText(path, context)
    if (text === undefined) return { code: 1, out, err: `cat: can't open '${path}': No such file or directory\n` }
    out += text
  }
  return said(out)
}

const ls: Command = args => {
  const paths = args.filter(arg => !arg.startsWith('-'))
  const path = (paths[0] ?? '/').replace(/(.)\/$/, '$1')
  const entries = FOLDERS[path] ?? (FOLDERS['/']?.includes(path.slice(1)) ? [] : undefined)
  if (!entries) return failed(1, `ls: ${path}: No such file or directory\n`)
  return said(entries.map(entry => `${entry}\n`).join(''))
}

const echo: Command = args => {
  const bare = args[0] === '-n'
  return said(`${(bare ? args.slice(1) : args).join(' ')}${bare ? '' : '\n'}`)
}

const sleep: Command = ([text = '']) => {
  const match = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(text)
  if (!match) return failed(1, text === '' ? 'sleep: missing operand\n' : `sleep: invalid number '${text}'\n`)
  const unitMs = { '': 1_000, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }[match[2] as '' | 's' | 'm' | 'h' | 'd']
  return said('', Number(match[1]) * unitMs)
}

const WEEKDAYS = ['Thu', 'Fri', 'Sat', 'Sun', 'Mon', 'Tue', 'Wed']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const date: Command = (args, { wallMs }) => {
  if (args.includes('+%s')) return said(`${Math.floor(wallMs / 1000)}\n`)
  const at = formatTimestamp(wallMs)
  // The first day of 1970 was a Thursday.
  const weekday = WEEKDAYS[Math.floor(wallMs / 86_400_000) % 7] ?? ''
  const month = MONTHS[Number(at.slice(5, 7)) - 1] ?? ''
  return said(`${weekday} ${month} ${at.slice(8, 10).replace(/^0/, ' ')} ${at.slice(11, 19)} UTC ${at.slice(0, 4)}\n`)
}

const env: Command = (_, { env: variables }) =>
  said([...variables].map(([name, value]) => `${name}=${value}\n`).join(''))

const printenv: Command = (names, context) => {
  if (names.length === 0) return env(names, context)
  const values = names.flatMap(name => context.env.get(name) ?? [])
  return { code: values.length === names.length ? 0 : 1, out: values.map(value => `${value}\n`).join('') }
}

const hostname: Command = (args, { pod }) => {
  return said(`${args[0] === '-i' ? (pod.status?.podIP ?? '') : hostnameOf(pod)}\n`)
}

/** By name. `sh`, `exit` and a `cat` of standard input are the shell's own. */
export const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['cat', cat],
  ['curl', curl],
  ['date', date],
  ['dig', dig],
  ['echo', echo],
  ['env', env],
  ['false', () => ({ code: 1 })],
  ['getent', getent],
  ['hostname', hostname],
  ['id', () => said('uid=0(root) gid=0(root) groups=0(root)\n')],
  ['ls', ls],
  ['nslookup', nslookup],
  ['printenv', printenv],
  ['pwd', () => said('/\n')],
  ['sleep', sleep],
  ['true', () => ({ code: 0 })],
  ['wget', wget],
  ['whoami', () => said('root\n')],
])

function fileText(path: string, place: Place): string | undefined {
  switch (path) {
    case '/etc/hostname':
      return `${hostnameOf(place.pod)}\n`
    case '/etc/hosts':
      return hostsFile(place)
    case '/etc/resolv.conf':
      return resolvConf(place)
    default:
      return undefined
  }
}
