// Plain scalars that YAML reads as numbers or truth values, coloured as such: the grammar knows only that they are
// scalars. Looks at what is on screen and nothing else.

import { syntaxTree } from '@codemirror/language'
import { RangeSetBuilder, type Extension } from '@codemirror/state'
import { Decoration, ViewPlugin, type DecorationSet, type EditorView, type ViewUpdate } from '@codemirror/view'

const NUMBER =
  /^(?:[-+]?(?:\d[\d_]*(?:\.\d*)?(?:[eE][-+]?\d+)?|0x[\da-fA-F]+|0o[0-7]+)|true|false|yes|no|on|off|null|~)$/
const mark = Decoration.mark({ class: 'cm-yaml-number' })

function numbersOn(view: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>()
  for (const { from, to } of view.visibleRanges) {
    syntaxTree(view.state).iterate({
      from,
      to,
      enter: node => {
        if (node.name !== 'Literal' || node.node.parent?.name === 'Key' || node.to - node.from > 40) return
        if (NUMBER.test(view.state.sliceDoc(node.from, node.to))) builder.add(node.from, node.to, mark)
      },
    })
  }
  return builder.finish()
}

export const numberValues: Extension = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet
    constructor(view: EditorView) {
      this.decorations = numbersOn(view)
    }
    update(update: ViewUpdate): void {
      if (update.docChanged || update.viewportChanged || syntaxTree(update.startState) !== syntaxTree(update.state)) {
        this.decorations = numbersOn(update.view)
      }
    }
  },
  { decorations: plugin => plugin.decorations },
)
