// The editor's parts, put together from CodeMirror's packages: YAML, history, search, our looks and our problems.

import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { yaml } from '@codemirror/lang-yaml'
import { bracketMatching, indentOnInput, indentUnit } from '@codemirror/language'
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search'
import { Compartment, EditorState, type Extension } from '@codemirror/state'
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  type ViewUpdate,
} from '@codemirror/view'
import type { T } from '../i18n/index.ts'
import { numberValues } from './number-values.ts'
import { problemMarks, takeFix } from './problem-marks.ts'
import { yamlLooks } from './yaml-theme.ts'
import { tabThrough } from './tab-through.ts'

export interface YamlSetup {
  readonly extensions: Extension
  /** Replaces the words of the editor itself: its name and its search panel. */
  readonly words: Compartment
}

export interface YamlHandlers {
  readonly onUpdate: (update: ViewUpdate) => void
  readonly onApplyNow: () => void
}

export function yamlSetup(t: T, handlers: YamlHandlers): YamlSetup {
  const words = new Compartment()
  const extensions: Extension = [
    lineNumbers(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    history(),
    drawSelection(),
    indentOnInput(),
    indentUnit.of('  '),
    EditorState.tabSize.of(2),
    bracketMatching(),
    highlightSelectionMatches({ minSelectionLength: 3 }),
    search({ top: true }),
    yaml(),
    yamlLooks,
    numberValues,
    problemMarks,
    tabThrough,
    words.of(wordsOf(t)),
    keymap.of([
      { key: 'Mod-Enter', run: () => (handlers.onApplyNow(), true), preventDefault: true },
      { key: 'Alt-Enter', run: takeFix },
      ...searchKeymap,
      ...historyKeymap,
      ...defaultKeymap,
      indentWithTab,
    ]),
    EditorView.updateListener.of(handlers.onUpdate),
  ]
  return { extensions, words }
}

export function wordsOf(t: T): Extension {
  return [
    EditorView.contentAttributes.of({
      'aria-label': t('editor.label'),
      spellcheck: 'false',
      autocorrect: 'off',
      autocapitalize: 'off',
      translate: 'no',
      tabindex: '0',
    }),
    EditorState.phrases.of({
      Find: t('search.find'),
      Replace: t('search.replace'),
      next: t('search.next'),
      previous: t('search.previous'),
      all: t('search.all'),
      'match case': t('search.matchCase'),
      'by word': t('search.byWord'),
      regexp: t('search.regexp'),
      replace: t('search.replaceOne'),
      'replace all': t('search.replaceAll'),
      close: t('search.close'),
    }),
  ]
}
