import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { SETTINGS } from '../../engine/api/cluster-settings.ts'
import { en } from './en.ts'
import { isMessageKey } from './message.ts'
import { createTranslation, translator } from './translation.tsx'
import { zh } from './zh.ts'

const uiRoot = join(dirname(fileURLToPath(import.meta.url)), '..')

/** What an engine says of each problem and fix, read from its source: the page may not import it. */
const SAID_BY_ENGINE = Object.fromEntries(
  [
    ...readFileSync(join(uiRoot, '../engine/rest/problem-keys.ts'), 'utf8').matchAll(
      /^\s+'((?:problem|fix)\.\w+)':\s+'(.*)',$/gm,
    ),
  ].map(match => [match[1] ?? '', match[2] ?? '']),
)

function placesOf(text: string): readonly string[] {
  return [...new Set([...text.matchAll(/\{\{\s*(\w+)/g)].map(match => match[1] ?? ''))].sort()
}

describe('the two catalogues', () => {
  const english = Object.keys(en).filter(key => !key.endsWith('_one'))
  it('have the same keys', () => {
    // Chinese has one plural form; a `_one` there would never be read.
    const chinese = Object.keys(zh).filter(key => !key.endsWith('_one'))
    expect(chinese.sort()).toEqual(english.sort())
  })
  it('have the same places in each message', () => {
    const differing = english.filter(key => {
      const [a, b] = [placesOf(en[key as keyof typeof en]), placesOf(zh[key as keyof typeof zh])]
      return a.join() !== b.join()
    })
    // A plural that needs no number in one language may still show it in the other.
    expect(differing.filter(key => !key.endsWith('_other'))).toEqual([])
  })
  it('have both plural forms in English', () => {
    const bases = Object.keys(en).flatMap(key => /^(.*)_(?:one|other)$/.exec(key)?.[1] ?? [])
    for (const base of new Set(bases)) expect([`${base}_one` in en, `${base}_other` in en], base).toEqual([true, true])
  })
  it('leave nothing empty', () => {
    for (const text of [...Object.values(en), ...Object.values(zh)]) expect(text.trim()).not.toBe('')
  })
  it('word every problem and every fix that an engine can name', () => {
    expect(Object.keys(SAID_BY_ENGINE).length).toBeGreaterThan(30)
    expect(Object.keys(SAID_BY_ENGINE).filter(key => !isMessageKey(key))).toEqual([])
  })
  it('fill every place of a problem from the values that an engine gives', () => {
    const places = (text: string): string => placesOf(text).join()
    for (const [key, text] of Object.entries(SAID_BY_ENGINE)) {
      expect([key, places(en[key as keyof typeof en])]).toEqual([key, places(text)])
    }
  })
})

/** What the controllers may decide, and by which rules with which values, read from its source for the same reason. */
const DECISIONS = readFileSync(join(uiRoot, '../engine/controllers/runtime/decision.ts'), 'utf8')
const RULES = /interface RuleFacts \{([\s\S]*?)\n\}/.exec(DECISIONS)?.[1] ?? ''
const CODES = /interface DecisionRules \{([\s\S]*?)\n\}/.exec(DECISIONS)?.[1] ?? ''

describe('decisions', () => {
  const rules = [...RULES.matchAll(/^ {2}'?([\w-]+)'?: \{([^}]*)\}/gm)].map(([, rule = '', facts = '']) => ({
    rule,
    facts: [...facts.matchAll(/readonly (\w+):/g)].map(match => match[1] ?? ''),
  }))
  const codes = [...CODES.matchAll(/^ {2}'?([\w-]+)'?:/gm)].map(match => match[1] ?? '')

  it('have words for every code and every rule, and no others', () => {
    expect(rules.length).toBeGreaterThan(25)
    const wanted = [...rules.map(({ rule }) => `because.${rule}`), ...codes.map(code => `decided.${code}`)]
    const worded = Object.keys(en).filter(key => /^because\.|^decided\.[\w]+-/.test(key))
    expect(worded.sort()).toEqual(wanted.sort())
  })

  it('fill every place from the facts of their rule', () => {
    for (const { rule, facts } of rules) {
      const unfilled = placesOf(en[`because.${rule}` as keyof typeof en]).filter(place => !facts.includes(place))
      expect([rule, unfilled]).toEqual([rule, []])
    }
  })
})

describe('settings', () => {
  it('have words for each, and no others', () => {
    const worded = Object.keys(en).flatMap(key => /^setting\.(.*)$/.exec(key)?.[1] ?? [])
    expect(worded.sort()).toEqual(Object.keys(SETTINGS).sort())
  })
})

describe('words', () => {
  it('know plural forms, numbers as words, and ordinals', () => {
    const t = translator('en')
    expect(t('sentence.normal.bold', { count: 1 })).toBe('One Pod answers behind one address.')
    expect(t('sentence.normal.bold', { count: 3 })).toBe('Three Pods answer behind one address.')
    expect(t('sentence.normal.bold', { count: 40 })).toBe('40 Pods answer behind one address.')
    expect(t('sentence.deadUnseen.every', { count: 3 })).toBe('Every third new connection times out.')
  })
  it('count in Chinese with 两', async () => {
    const chinese = await createTranslation('zh')
    expect(chinese.t('sentence.normal.bold', { count: 2 })).toBe('两个 Pod 在同一个地址后面应答。')
  })
  it('take text from objects as it is', () => {
    expect(translator('en')('act.reviveNode', { node: '<b>&' })).toBe('Revive <b>&')
  })
})

function componentFiles(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return componentFiles(path)
    return entry.name.endsWith('.tsx') && !entry.name.includes('.test.') ? [path] : []
  })
}

/** Words that stand literally in JSX, or in an attribute that a person hears or reads. */
function literalWords(source: string): readonly string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
  const between = [...code.matchAll(/<\w[^<>{}]*>\s*([^<>{}]*[A-Za-z\u4e00-\u9fff]{3,}[^<>{}]*?)\s*<\//g)].map(
    match => match[1] ?? '',
  )
  const attributes = [...code.matchAll(/\b(?:title|aria-label|placeholder|alt)="([^"]*[A-Za-z]{3,}[^"]*)"/g)].map(
    match => match[1] ?? '',
  )
  return [...between, ...attributes]
}

/** Keys made of a prefix and a word of the protocol, like `mark.pod-ready`. */
const COMPOSED =
  /^(?:decided|because|scenario|theme|tab|reason|why|cause|mark|problem|fix|graph|setting|settings\.group)\./

function codeFiles(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return entry.name === 'i18n' ? [] : codeFiles(path)
    return /\.tsx?$/.test(entry.name) && !entry.name.includes('.test.') ? [path] : []
  })
}

it('no message is kept that nobody says', () => {
  const code = codeFiles(uiRoot)
    .map(path => readFileSync(path, 'utf8'))
    .join('\n')
  const bases = new Set(Object.keys(en).map(key => key.replace(/_(?:one|other)$/, '')))
  expect([...bases].filter(key => !COMPOSED.test(key) && !code.includes(`'${key}'`))).toEqual([])
})

describe('components', () => {
  it('hold no words of their own', () => {
    // Words of the API and of DNS are the same in every language; the library's name is asked for by its licence.
    const allowed = new Set(['React Flow', 'Endpoints', 'None', 'CNAME'])
    const found = componentFiles(uiRoot).flatMap(path =>
      literalWords(readFileSync(path, 'utf8'))
        .filter(text => !allowed.has(text))
        .map(text => `${relative(uiRoot, path)}: ${text}`),
    )
    expect(found).toEqual([])
  })
  it('would be found out if they did', () => {
    expect(literalWords('<p className="x">Three Pods answer.</p>')).toEqual(['Three Pods answer.'])
    expect(literalWords('<i title="Kill a node" />')).toEqual(['Kill a node'])
    expect(literalWords('<p>{t("a.b")}</p> // <p>Note</p>')).toEqual([])
  })
})
