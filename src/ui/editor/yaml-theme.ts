// The editor's looks, all from the page's tokens, so that light and dark need no second theme.

import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import type { Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'

const theme = EditorView.theme({
  '&': { height: '100%', color: 'var(--ink)', backgroundColor: 'transparent', fontSize: '13px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': {
    fontFamily: 'var(--font-mono)',
    fontVariantLigatures: 'none',
    lineHeight: '20px',
    scrollbarWidth: 'thin',
    overscrollBehavior: 'contain',
  },
  '.cm-content': { caretColor: 'var(--accent)', padding: '8px 0', color: 'var(--ink)' },
  '.cm-line': { padding: '0 12px 0 8px' },
  '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'var(--accent)', borderLeftWidth: '2px' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground, .cm-content ::selection':
    {
      backgroundColor: 'color-mix(in oklab, var(--accent) 24%, transparent)',
    },
  '.cm-activeLine': { backgroundColor: 'transparent' },
  '&.cm-focused .cm-activeLine': { backgroundColor: 'color-mix(in oklab, var(--soft) 70%, transparent)' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--ink3)', border: 'none' },
  '.cm-activeLineGutter': { backgroundColor: 'transparent', color: 'var(--ink)' },
  '.cm-lineNumbers .cm-gutterElement': { minWidth: '38px', padding: '0 8px 0 4px' },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--accent-bg)', color: 'inherit' },
  '.cm-searchMatch': { backgroundColor: 'color-mix(in oklab, var(--yaml-number) 26%, transparent)' },
  '.cm-searchMatch-selected': { backgroundColor: 'color-mix(in oklab, var(--yaml-number) 48%, transparent)' },
  '.cm-selectionMatch': { backgroundColor: 'var(--soft)' },
  '.cm-panels': { backgroundColor: 'var(--pane)', color: 'var(--ink)', borderColor: 'var(--line)' },
  '.cm-panels.cm-panels-top': { borderBottom: '1px solid var(--line)' },
  '.cm-panel.cm-search': { padding: '6px 28px 6px 10px', fontSize: '13px' },
  '.cm-textfield': {
    border: '1px solid var(--wall)',
    borderRadius: 'var(--radius-chip)',
    backgroundColor: 'var(--card)',
    color: 'var(--ink)',
  },
  '.cm-button': {
    border: '1px solid var(--line)',
    borderRadius: 'var(--radius-chip)',
    background: 'var(--card)',
    color: 'var(--ink)',
  },
  '.cm-panel.cm-search [name=close]': { color: 'var(--ink2)', fontSize: '18px' },
})

const colours = HighlightStyle.define([
  { tag: [tags.definition(tags.propertyName), tags.propertyName], color: 'var(--yaml-key)' },
  { tag: [tags.string, tags.special(tags.string), tags.content], color: 'var(--yaml-string)' },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: 'var(--yaml-number)' },
  { tag: [tags.comment, tags.lineComment], color: 'var(--ink3)', fontStyle: 'italic' },
  { tag: [tags.meta, tags.documentMeta, tags.punctuation, tags.separator], color: 'var(--ink3)' },
  { tag: [tags.keyword, tags.typeName, tags.labelName], color: 'var(--ink2)' },
])

export const yamlLooks: Extension = [theme, syntaxHighlighting(colours)]
