// The commands that look at files and write them. A container has the few files that a kubelet makes, and those that its own
// commands made since it started; a folder is there when it is a usual one. Left out: modes, owners, links, and every option but
// those of `rm`, which all mean what they do here anyway.

import { failed, said, type Command, type CommandContext } from './command.ts'
import { hostnameOf, hostsFile, resolvConf } from './container-env.ts'

const FOLDERS: { readonly [path: string]: readonly string[] } = {
  '/': ['bin', 'dev', 'etc', 'home', 'proc', 'root', 'run', 'sys', 'tmp', 'usr', 'var'],
  '/etc': ['hostname', 'hosts', 'resolv.conf'],
}

export const cat: Command = (args, context) => {
  let out = args.length === 0 ? context.readInput() : ''
  for (const path of args) {
    const text = path === '-' ? context.readInput() : path === '/dev/null' ? '' : fileText(path, context)
    if (text === undefined) return { code: 1, out, err: `cat: can't open '${path}': No such file or directory\n` }
    out += text
  }
  return said(out)
}

export const ls: Command = (args, context) => {
  const paths = args.filter(arg => !arg.startsWith('-'))
  const path = (paths[0] ?? '/').replace(/(.)\/$/, '$1')
  if (fileText(path, context) !== undefined) return said(`${path}\n`)
  const entries = entriesOf(path, context)
  if (!entries) return failed(1, `ls: ${path}: No such file or directory\n`)
  return said(entries.map(entry => `${entry}\n`).join(''))
}

export const touch: Command = (args, { files }) => {
  for (const path of args.filter(arg => !arg.startsWith('-'))) files.write(path, files.written.get(path) ?? '')
  return said('')
}

export const rm: Command = (args, { files }) => {
  const forced = args.some(arg => /^-[a-zA-Z]*f/.test(arg))
  for (const path of args.filter(arg => !arg.startsWith('-'))) {
    if (!files.written.has(path) && !forced) return failed(1, `rm: can't remove '${path}': No such file or directory\n`)
    files.write(path, undefined)
  }
  return said('')
}

/** `test` and `[`: files, texts and numbers; one condition, or its opposite. */
export const test: Command = (args, context) => {
  const words = args.at(-1) === ']' ? args.slice(0, -1) : args
  const not = words[0] === '!'
  const verdict = holds(not ? words.slice(1) : words, context)
  if (verdict === undefined) return failed(2, 'test: this condition is not simulated\n')
  return { code: verdict === not ? 1 : 0 }
}

function holds(words: readonly string[], context: CommandContext): boolean | undefined {
  const [first = '', second = '', third = ''] = words
  if (words.length <= 1) return first !== ''
  if (words.length === 2) {
    const text = fileText(second, context)
    switch (first) {
      case '-n':
        return second !== ''
      case '-z':
        return second === ''
      case '-d':
        return text === undefined && entriesOf(second, context) !== undefined
      case '-e':
        return text !== undefined || entriesOf(second, context) !== undefined
      case '-f':
      case '-r':
        return text !== undefined
      case '-s':
        return text !== undefined && text !== ''
      default:
        return undefined
    }
  }
  return words.length === 3 ? compares(first, second, third) : undefined
}

function compares(left: string, sign: string, right: string): boolean | undefined {
  switch (sign) {
    case '=':
    case '==':
      return left === right
    case '!=':
      return left !== right
    case '-eq':
      return Number(left) === Number(right)
    case '-ne':
      return Number(left) !== Number(right)
    case '-gt':
      return Number(left) > Number(right)
    case '-ge':
      return Number(left) >= Number(right)
    case '-lt':
      return Number(left) < Number(right)
    case '-le':
      return Number(left) <= Number(right)
    default:
      return undefined
  }
}

/** What is in a folder; undefined when there is no such folder. */
function entriesOf(path: string, { files }: CommandContext): readonly string[] | undefined {
  const usual = FOLDERS[path] ?? (FOLDERS['/']?.includes(path.slice(1)) ? [] : undefined)
  const prefix = path === '/' ? '/' : `${path}/`
  const own = [...files.written.keys()]
    .filter(file => file.startsWith(prefix))
    .map(file => file.slice(prefix.length).split('/')[0] as string)
  if (!usual && own.length === 0) return undefined
  return [...new Set([...(usual ?? []), ...own])].sort()
}

/** What is in a file; undefined where there is none. */
export function fileText(path: string, context: CommandContext): string | undefined {
  const written = context.files.written.get(path)
  if (written !== undefined) return written
  switch (path) {
    case '/etc/hostname':
      return `${hostnameOf(context.pod)}\n`
    case '/etc/hosts':
      return hostsFile(context)
    case '/etc/resolv.conf':
      return resolvConf(context)
    default:
      return undefined
  }
}
