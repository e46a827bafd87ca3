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
    ['a > b', '">" is not simulated'],
    ['a &', '"&" is not simulated'],
    ['echo $(date)', '"$(" is not simulated'],
    ['echo "`date`"', '"`" is not simulated'],
    ['while true; do ls; done', '"while" is not simulated'],
    ["echo 'a", 'syntax error: unterminated quoted string'],
  ])('%s', (line, expected) => {
    expect(shown(line)).toBe(expected)
  })
})
