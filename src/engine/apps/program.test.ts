import { describe, expect, it } from 'vitest'
import type { Container } from '../api/pod/pod.ts'
import { nextCommand, scriptOf } from './program.ts'
import type { Word } from './shell-script.ts'

function container(parts: Partial<Container>): Container {
  return { name: 'app', image: 'web:1', ...parts }
}

function shown(word: Word): string {
  return word
    .map(piece => (typeof piece === 'string' ? piece : 'variable' in piece ? `$${piece.variable}` : '?'))
    .join('')
}

/** The commands that a script runs when each comes to the code that `codes` has for it, else 0; and how it ends. */
function trace(text: string, codes: { readonly [command: string]: number } = {}, most = 12): string {
  const script = scriptOf(container({ command: ['sh', '-c', text] }))
  if (!script) return 'a server'
  const ran: string[] = []
  for (let place = { at: 0, code: 0 }; ran.length < most;) {
    const next = nextCommand(script, place)
    if (next.type === 'end') return [...ran, `end ${next.code}`].join(', ')
    const command = next.line.words.map(shown).join(' ')
    ran.push(command)
    place = { at: next.next, code: codes[command] ?? 0 }
  }
  return ran.join(', ')
}

describe('the first process of a container', () => {
  it('is a server where its image says what it is', () => {
    expect(scriptOf(container({}))).toBeUndefined()
    expect(scriptOf(container({ args: ['--port', '80'] }))).toBeUndefined()
    expect(scriptOf(container({ image: 'docker.io/library/nginx:1.27' }))).toBeUndefined()
  })

  it('of an image that is a shell has nothing to do without words', () => {
    expect(scriptOf(container({ image: 'busybox:1.36' }))).toEqual([])
    expect(scriptOf(container({ image: 'alpine', args: ['sleep', '5'] }))).toHaveLength(1)
  })

  it('is one command, or the lines of a shell', () => {
    expect(scriptOf(container({ command: ['/bin/sleep'], args: ['5'] }))).toEqual([
      { type: 'run', line: { words: [['/bin/sleep'], ['5']], redirections: [] }, when: 'always' },
    ])
    expect(trace('a; b && c || d', { b: 1 })).toBe('a, b, d, end 0')
    expect(trace('a && exit 3', { a: 1 })).toBe('a, end 1')
    expect(scriptOf(container({ command: ['/bin/bash', '-ec'], args: ['a; b'] }))).toHaveLength(2)
    expect(scriptOf(container({ command: ['/bin/sh', '-c', '--'], args: ['a; b; c'] }))).toHaveLength(3)
  })

  it('goes round in loops until their condition says otherwise', () => {
    expect(trace('while true; do date; sleep 1; done', {}, 5)).toBe('true, date, sleep 1, true, date')
    expect(trace('until nslookup web; do echo no; sleep 2; done; go')).toBe('nslookup web, go, end 0')
    expect(trace('until nslookup web; do echo no; done; go', { 'nslookup web': 1 }, 4)).toBe(
      'nslookup web, echo no, nslookup web, echo no',
    )
    expect(trace('while a; do while b; do c; done; d; done; e', { a: 1 })).toBe('a, e, end 0')
    expect(trace('while a; do while b; do c; done; d; done', { b: 1 }, 6)).toBe('a, b, d, a, b, d')
    expect(trace('while a\ndo\n  b\ndone', {}, 4)).toBe('a, b, a, b')
  })

  it('is taken to be a server where its script is not simulated', () => {
    for (const text of [
      'if a; then b; fi',
      'a | b',
      'a & b',
      'for i in 1 2; do a; done',
      'a $(b)',
      'A=1 b',
      '! a',
      'while a; b; done',
      'done',
    ])
      expect(trace(text), text).toBe('a server')
    expect(scriptOf(container({ command: ['sh', '/entry.sh'] }))).toBeUndefined()
  })
})
