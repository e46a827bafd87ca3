// The commands that need neither network nor files: small, and honest about what they are; and the list of all. What is not in
// this list is not there.

import { formatTimestamp } from '../../kernel/timestamp.ts'
import { FOREVER_MS } from '../../apps/run-command.ts'
import { failed, said, type Command } from './command.ts'
import { hostnameOf } from './container-env.ts'
import { cat, ls, rm, test, touch } from './file-commands.ts'
import { cut, grep, head, seq, sort, tail, tee, tr, uniq, wc } from './text-commands.ts'
import { curl, wget } from './http-commands.ts'
import { agnhost, nc } from './connect-commands.ts'
import { dig, getent, nslookup } from './name-commands.ts'

const echo: Command = args => {
  const options = /^-[ne]+$/.test(args[0] ?? '') ? (args[0] as string) : ''
  const text = (options === '' ? args : args.slice(1)).join(' ')
  const shown = options.includes('e') ? unescaped(text) : text
  return said(`${shown}${options.includes('n') ? '' : '\n'}`)
}

const printf: Command = ([format = '', ...values]) =>
  said(unescaped(format).replaceAll(/%(?:[sd]|%)/g, sign => (sign === '%%' ? '%' : (values.shift() ?? ''))))

function unescaped(text: string): string {
  return text.replaceAll(/\\[nt\\]/g, sign => ({ '\\n': '\n', '\\t': '\t' })[sign] ?? '\\')
}

const sleep: Command = ([text = '']) => {
  if (/^inf(inity)?$/.test(text)) return said('', FOREVER_MS)
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

/** By name. What belongs to a shell itself, as `sh`, `exit` and `read`, is in script-runner.ts. */
export const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  [':', () => ({ code: 0 })],
  ['/agnhost', agnhost],
  ['[', test],
  ['cat', cat],
  ['curl', curl],
  ['cut', cut],
  ['date', date],
  ['dig', dig],
  ['echo', echo],
  ['env', env],
  ['false', () => ({ code: 1 })],
  ['getent', getent],
  ['grep', grep],
  ['head', head],
  ['hostname', hostname],
  ['id', () => said('uid=0(root) gid=0(root) groups=0(root)\n')],
  ['ls', ls],
  ['nc', nc],
  ['nslookup', nslookup],
  ['printenv', printenv],
  ['printf', printf],
  ['pwd', () => said('/\n')],
  ['rm', rm],
  ['seq', seq],
  ['sleep', sleep],
  ['sort', sort],
  ['tail', tail],
  ['tee', tee],
  ['test', test],
  ['touch', touch],
  ['tr', tr],
  ['true', () => ({ code: 0 })],
  ['uniq', uniq],
  ['wc', wc],
  ['wget', wget],
  ['whoami', () => said('root\n')],
])
