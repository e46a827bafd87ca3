// The page's keys. They belong to whoever types: inside the editor, a field, a menu or a list they do nothing.

import type { Acts } from '../state/acts.ts'
import { session } from '../state/session.ts'
import { workspace } from '../state/workspace.ts'
import { clusterFacts, nodeToKill, nodeToRevive } from '../view-model/cluster-facts.ts'

export type ShortcutAct = 'toggle' | 'step' | 'kill' | 'revive' | 'clear' | 'help'

/** What a key does, or null. `typing` is whether the focus is where keys write. */
export function shortcutOf(
  event: { readonly key: string; readonly ctrlKey: boolean; readonly metaKey: boolean; readonly altKey: boolean },
  where: { readonly typing: boolean; readonly onButton: boolean },
): ShortcutAct | null {
  if (where.typing || event.ctrlKey || event.metaKey || event.altKey) return null
  switch (event.key) {
    case ' ':
      // Space presses a focused button, as everywhere.
      return where.onButton ? null : 'toggle'
    case '.':
      return 'step'
    case 'k':
    case 'K':
      return 'kill'
    case 'r':
    case 'R':
      return 'revive'
    case 'Escape':
      return 'clear'
    case '?':
      return 'help'
    default:
      return null
  }
}

const TYPING = 'input, textarea, select, [contenteditable="true"], [role="menu"], [role="listbox"], [role="dialog"]'
const PRESSABLE = 'button, a, summary, [role="button"], [role="tab"], [role="separator"], [data-kind]'

/** Listens on the whole page. Returns the way to stop. */
export function listenToShortcuts(acts: Acts, onHelp: () => void): () => void {
  // A button that was clicked keeps the focus, but who clicks does not press it with the space bar next; who came to it
  // by Tab does.
  let byPointer = false
  const onPointer = (): void => {
    byPointer = true
  }
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Tab') byPointer = false
    if (event.defaultPrevented) return
    const target = event.target instanceof Element ? event.target : null
    const act = shortcutOf(event, {
      typing: target?.closest(TYPING) != null,
      onButton: !byPointer && target?.closest(PRESSABLE) != null,
    })
    if (act === null) return
    event.preventDefault()
    if (act === 'help') onHelp()
    else doShortcut(act, acts)
  }
  document.addEventListener('pointerdown', onPointer, true)
  document.addEventListener('keydown', onKey)
  return () => {
    document.removeEventListener('pointerdown', onPointer, true)
    document.removeEventListener('keydown', onKey)
  }
}

function doShortcut(act: Exclude<ShortcutAct, 'help'>, acts: Acts): void {
  const { selected } = workspace.getState()
  const facts = clusterFacts(session.getState().views)
  switch (act) {
    case 'toggle':
      return acts.toggle()
    case 'step':
      return acts.step()
    case 'clear':
      return workspace.setState({ selected: null })
    case 'kill': {
      const node = nodeToKill(facts, selected)
      return node === null ? undefined : acts.act({ type: 'kill-node', id: node.id })
    }
    case 'revive': {
      const node = nodeToRevive(facts, selected)
      return node === null ? undefined : acts.act({ type: 'revive-node', id: node.id })
    }
  }
}
