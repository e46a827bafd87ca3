import { describe, expect, test } from 'vitest'
import { readScript } from './read-script.ts'
import type { Piece, Script, ScriptCommand, Word } from './shell-script.ts'

function piece(one: Piece): string {
  if (typeof one === 'string') return one
  const mark = one.quoted ? '"' : ''
  if ('variable' in one) return `${mark}<${one.variable}${one.fallback === undefined ? '' : `:${one.fallback}`}>`
  return 'sum' in one ? `${mark}<sum ${one.sum}>` : `${mark}<${listed(one.script)}>`
}

function text(word: Word): string {
  return `[${word.map(piece).join('')}]`
}

function command(one: ScriptCommand): string {
  const ways = one.redirections
    .map(({ stream, append, path }) => ` ${stream}${append ? '>>' : '>'}${path ? text(path) : 'other'}`)
    .join('')
  switch (one.type) {
    case 'simple':
      return `${one.assignments.map(({ name, value }) => `${name}=${text(value)}`).join('')}${one.words.map(text).join('')}${ways}`
    case 'while':
    case 'until':
      return `${one.type}(${listed(one.condition)} do ${listed(one.body)})${ways}`
    case 'for':
      return `for(${one.name} in ${one.words.map(text).join('')} do ${listed(one.body)})${ways}`
    case 'if': {
      const branches = one.branches.map(({ condition, body }) => `${listed(condition)} then ${listed(body)}`)
      return `if(${branches.join(' elif ')} else ${listed(one.otherwise)})${ways}`
    }
    default:
      return `${one.type}(${listed(one.body)})${ways}`
  }
}

function listed(script: Script): string {
  const sign = { always: ';', success: '&&', failure: '||' }
  return script
    .map(({ commands, negated, when }) => `${sign[when]}${negated ? '!' : ''}${commands.map(command).join('|')}`)
    .join(' ')
}

function shown(line: string): string {
  const read = readScript(line)
  return read.ok ? listed(read.script) : `${read.incomplete ? 'more: ' : ''}${read.message}`
}

describe('a script of shell', () => {
  test.each([
    ['', ''],
    ['  ls   /etc ', ';[ls][/etc]'],
    ["echo 'a  b'c", ';[echo][a  bc]'],
    ['echo "$HOME/x" \'$HOME\' ${A}b', ';[echo]["<HOME>/x][$HOME][<A>b]'],
    ['echo "say \\"hi\\"" \\$x', ';[echo][say "hi"][$x]'],
    ['echo "" $? ${A:-b}', ';[echo][][<?>][<A:b>]'],
    ['a; b && c || d\ne # f\n# g', ';[a] ;[b] &&[c] ||[d] ;[e]'],
    ['a &&\n b', ';[a] &&[b]'],
    ['price 5$', ';[price][5$]'],
    ['a | b 2>/dev/null| c', ';[a]|[b] stderr>[/dev/null]|[c]'],
    ['! a | b', ';![a]|[b]'],
    ['a < b', ';[a] stdin>[b]'],
    ['A=1 B= c D=2', ';A=[1]B=[][c][D=2]'],
    ['echo $(a $(b)) "`c`" $((1 + (2)))', ';[echo][<;[a][<;[b]>]>]["<;[c]>][<sum 1 + (2)>]'],
    ['while a; b; do c; done > d; e', ';while(;[a] ;[b] do ;[c]) stdout>[d] ;[e]'],
    ['for i in 1 $x; do a $i; done', ';for(i in [1][<x>] do ;[a][<i>])'],
    ['for i\ndo\na\ndone', ';for(i in [<@>] do ;[a])'],
    ['if a; then b; elif c; then d; else e; fi | f', ';if(;[a] then ;[b] elif ;[c] then ;[d] else ;[e])|[f]'],
    ['{ a; b; } && (c; d)', ';group(;[a] ;[b]) &&subshell(;[c] ;[d])'],
    ['echo done do if', ';[echo][done][do][if]'],
    ['echo ok > /tmp/healthy; b', ';[echo][ok] stdout>[/tmp/healthy] ;[b]'],
    ['echo a>>x b', ';[echo][a][b] stdout>>[x]'],
    ['a >/dev/null 2>&1', ';[a] stdout>[/dev/null] stderr>other'],
    ['echo a2>x', ';[echo][a2] stdout>[x]'],
  ])('%s', (line, expected) => {
    expect(shown(line)).toBe(expected)
  })

  test.each([
    ['a >', 'syntax error: unexpected redirection'],
    ['a > > b', 'syntax error: unexpected redirection'],
    ['a &', '"&" is not simulated'],
    ['a << b', '"<<" is not simulated'],
    ['case a in', '"case" is not simulated'],
    ['done', 'syntax error: unexpected "done"'],
    ['for i in a | b', 'syntax error: unexpected "|"'],
    ['a )', 'syntax error: unexpected ")"'],
    ['| a', 'syntax error: unexpected "|"'],
    ['echo ${a%b}', 'syntax error: bad substitution'],
    ["echo 'a", 'more: syntax error: unterminated quoted string'],
    ['while a', 'more: syntax error: unexpected end of file'],
    ['for i in a b', 'more: syntax error: unexpected end of file'],
    ['a &&', 'more: syntax error: unexpected end of file'],
    ['echo $(a', 'more: syntax error: unexpected end of file'],
  ])('%s is refused', (line, expected) => {
    expect(shown(line)).toBe(expected)
  })
})
