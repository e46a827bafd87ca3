// Tab in the text: whoever comes by Tab goes on by Tab, so that the keyboard reaches the rest of the page and nothing is
// written on the way. From the first thing typed, or after a click, Tab indents; Escape and then Tab leads out again.

import { EditorView, ViewPlugin, type ViewUpdate } from '@codemirror/view'

class TabThrough {
  #isClick = false

  readonly onPointer = (isDown: boolean, view: EditorView): void => {
    this.#isClick = isDown
    if (isDown) view.setTabFocusMode(false)
  }

  readonly onFocus = (view: EditorView): void => {
    if (!this.#isClick) view.setTabFocusMode(true)
  }

  update({ view, transactions }: ViewUpdate): void {
    const isTyping = transactions.some(one => one.isUserEvent('input.type') || one.isUserEvent('delete'))
    if (isTyping) view.setTabFocusMode(false)
  }
}

export const tabThrough = ViewPlugin.fromClass(TabThrough, {
  eventHandlers: {
    mousedown(_event, view) {
      this.onPointer(true, view)
    },
    mouseup(_event, view) {
      this.onPointer(false, view)
    },
    focus(_event, view) {
      this.onFocus(view)
    },
  },
})
