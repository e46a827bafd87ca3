// The flags as people type them, and what is said of those that are wrong.

import { describe, expect, test } from 'vitest'
import { HELP, readOptions } from './options.ts'

const DEFAULTS = {
  port: 8080,
  scenario: undefined,
  empty: false,
  dualStack: false,
  nodes: undefined,
  seed: 1,
  clock: 'real',
  log: 'text',
}

/** Reads flags as a shell would split them. */
function read(line: string): ReturnType<typeof readOptions> {
  return readOptions(line === '' ? [] : line.split(' '))
}

describe('flags', () => {
  test('none at all give the defaults, with nothing to say about them', () => {
    expect(read('')).toEqual({ type: 'run', options: DEFAULTS, notYet: [] })
  })

  test.each<readonly [string, object]>([
    ['--port 0', { port: 0 }],
    ['--port=9000', { port: 9000 }],
    ['--scenario multi-port', { scenario: 'multi-port' }],
    ['--empty', { empty: true }],
    ['--dual-stack', { dualStack: true }],
    ['--nodes 0', { nodes: 0 }],
    ['--seed 4294967295', { seed: 4_294_967_295 }],
    ['--clock manual', { clock: 'manual' }],
    ['--log json', { log: 'json' }],
  ])('%s is taken', (line, change) => {
    expect(read(line)).toEqual({ type: 'run', options: { ...DEFAULTS, ...change }, notYet: [] })
  })

  test.each(['--sockets off', '--dns-port 0'])('%s asks for nothing that is missing', line => {
    expect(read(line)).toEqual({ type: 'run', options: DEFAULTS, notYet: [] })
  })

  test('those that ask for what is not there yet are accepted and named', () => {
    const line =
      '--sockets on --dns-port 10053 --dns-answers cluster --address-mode port --state s.json --kubeconfig k --context c --allow-backend 10.0.0.0/8'
    expect(read(line)).toEqual({
      type: 'run',
      options: DEFAULTS,
      notYet: [
        '--sockets',
        '--dns-port',
        '--dns-answers',
        '--address-mode',
        '--state',
        '--kubeconfig',
        '--allow-backend',
      ],
    })
  })

  test.each([
    ['--prot 8080', "Unknown option '--prot'. (--help lists the flags.)"],
    ['my.yaml', "Unexpected argument 'my.yaml'. (--help lists the flags.)"],
    ['--port', "Option '--port <value>' argument missing. (--help lists the flags.)"],
    ['--port http', '--port is a whole number from 0 to 65535, not "http".'],
    ['--port 65536', '--port is a whole number from 0 to 65535, not "65536".'],
    ['--port=-1', '--port is a whole number from 0 to 65535, not "-1".'],
    ['--nodes 1.5', '--nodes is a whole number from 0 to 5000, not "1.5".'],
    ['--seed 4294967296', '--seed is a whole number from 0 to 4294967295, not "4294967296".'],
    ['--dns-port x', '--dns-port is a whole number from 0 to 65535, not "x".'],
    ['--clock fast', '--clock is real or manual, not "fast".'],
    ['--sockets maybe', '--sockets is on or off, not "maybe".'],
    ['--log xml', '--log is text or json, not "xml".'],
    ['--empty --scenario multi-port', '--empty and --scenario exclude each other.'],
    ['--context c', '--context needs --kubeconfig.'],
  ])('%s is a mistake', (line, message) => {
    expect(read(line)).toMatchObject({ type: 'mistake' })
    const { message: said } = read(line) as { message: string }
    expect(said).toContain(message)
    expect(said).not.toContain('\n')
  })

  test('--help wins over everything else, and names every flag', () => {
    expect(read('--help --nodes many')).toEqual({ type: 'help' })
    const flags =
      '--port --dns-port --dns-answers --scenario --empty --nodes --seed --clock --sockets --address-mode --state'
    for (const flag of `${flags} --dual-stack --kubeconfig --context --allow-backend --log --help`.split(' ')) {
      expect(HELP).toContain(flag)
    }
  })
})
