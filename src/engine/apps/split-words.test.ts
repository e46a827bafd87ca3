import { describe, expect, test } from 'vitest'
import { splitLine, wordText } from './split-words.ts'

/** Commands as text: words in brackets, joined by when they are run. */
function shown(line: string): string {
  const split = splitLine(line)
  if (!split.ok) return split.message
  const sign = { always: ';', success: '&&', failure: '||' }
  return split.commands
    .map(({ words, when }) => `${sign[when]}${words.map(word => `[${wordText(word, name => `<${name}>`)}]`).join('')}`)
    .join(' ')
}

describe('a line of shell', () => {
  test.each([
    ['', ''],
    ['  ls   /etc ', ';[ls][/etc]'],
    ["echo 'a  b'c", ';[echo][a  bc]'],
    ['echo "$HOME/x" \'$HOME\' ${A}b', ';[echo][<HOME>/x][$HOME][<A>b]'],
    ['echo "say \\"hi\\"" \\$x', ';[echo][say "hi"][$x]'],
    ['echo "" $?', ';[echo][][<?>]'],
    ['a; b && c || d\ne', ';[a] ;[b] &&[c] ||[d] ;[e]'],
    ['price 5$', ';[price][5$]'],
    ['a | b', '"|" is not simulated'],
    ['a < b', '"<" is not simulated'],
    ['a >', 'syntax error: newline unexpected'],
    ['a > > b', 'syntax error: unexpected redirection'],
    ['a &', '"&" is not simulated'],
    ['echo $(date)', '"$(" is not simulated'],
    ['echo "`date`"', '"`" is not simulated'],
    ['while true; do ls; done', '"while" is not simulated'],
    ["echo 'a", 'syntax error: unterminated quoted string'],
  ])('%s', (line, expected) => {
    expect(shown(line)).toBe(expected)
  })
})

test('the output of a command can go elsewhere', () => {
  const to = (line: string): string => {
    const split = splitLine(line)
    if (!split.ok) return split.message
    return split.commands
      .map(({ words, redirections }) => {
        const text = (word: readonly unknown[]): string => word.join('')
        const ways = redirections.map(
          ({ stream, append, path }) => `${stream}${append ? '>>' : '>'}${path ? text(path) : 'other'}`,
        )
        return [...words.map(text), ...ways].join(' ')
      })
      .join('; ')
  }
  expect(to('echo ok > /tmp/healthy; b')).toBe('echo ok stdout>/tmp/healthy; b')
  expect(to('echo a>>x b')).toBe('echo a b stdout>>x')
  expect(to('a 2>/dev/null && b')).toBe('a stderr>/dev/null; b')
  expect(to('a >/dev/null 2>&1')).toBe('a stdout>/dev/null stderr>other')
  expect(to('echo a2>x')).toBe('echo a2 stdout>x')
})
