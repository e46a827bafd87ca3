import { expect, test } from 'vitest'
import { splitShell } from './shell-words.ts'

/** Checks the words of each command; text of a here-document follows after `<`. */
function check(text: string, expected: readonly (readonly string[])[]): void {
  const split = splitShell(text)
  if (split.type !== 'commands') throw new Error(`${text} is ${split.type}`)
  expect(split.commands.map(({ words, stdin }) => (stdin === '' ? words : [...words, '<', stdin]))).toEqual(expected)
}

test('words are parted by blanks, and quotes and backslashes keep them together', () => {
  check('kubectl  get pods', [['kubectl', 'get', 'pods']])
  check(`echo 'a b' "c d" e\\ f`, [['echo', 'a b', 'c d', 'e f']])
  check(`-p '{"spec":{"a":"b"}}'`, [['-p', '{"spec":{"a":"b"}}']])
  check(`a"b"'c' ""`, [['abc', '']])
  check(`"a\\"b\\$c\\d"`, [['a"b$c\\d']])
})

test('commands are parted by lines, semicolons and &&, and a comment is none', () => {
  check('a 1\nb 2', [
    ['a', '1'],
    ['b', '2'],
  ])
  check('a; b && c # d', [['a'], ['b'], ['c']])
  check('a \\\n b', [['a', 'b']])
  const split = splitShell('a; b && c')
  expect(split.type === 'commands' && split.commands.map(({ ifOk }) => ifOk)).toEqual([false, false, true])
})

test('a here-document is what its command reads', () => {
  check('kubectl apply -f - <<EOF\na: 1\n  b: 2\nEOF', [['kubectl', 'apply', '-f', '-', '<', 'a: 1\n  b: 2\n']])
  check("x <<'END'\n$y\nEND\nz", [['x', '<', '$y\n'], ['z']])
  check('x <<-E\n\ta\n\tE', [['x', '<', 'a\n']])
})

test('what is not at its end is open', () => {
  for (const text of ["echo 'a", 'echo "a', 'a \\', 'cat <<EOF', 'cat <<EOF\na: 1']) {
    expect(splitShell(text), text).toEqual({ type: 'open' })
  }
})

test('what this shell has not is refused and not run', () => {
  for (const text of ['a | b', 'a > b', 'a & b', 'echo $(a)', 'echo `a`']) {
    expect(splitShell(text).type, text).toBe('refused')
  }
})
