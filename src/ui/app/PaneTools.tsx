// The two small buttons at the head of a side pane: keep it open, and fold it.

import { PanelLeftClose, PanelRightClose, Pin, PinOff } from 'lucide-react'
import { useT } from '../i18n/index.ts'
import { IconButton } from '../kit/index.ts'
import { useWorkspace } from '../state/hooks.ts'
import { workspace, type SidePane } from '../state/workspace.ts'
import styles from './Workspace.module.css'

export function PaneTools({ pane }: { readonly pane: SidePane }) {
  const t = useT()
  const editor = pane === 'editor'
  const pinned = useWorkspace(state => (editor ? state.editorPinned : state.inspectorPinned))
  const Fold = editor ? PanelLeftClose : PanelRightClose
  return (
    <span className={styles.tools}>
      <IconButton
        name={t(pinned ? 'pane.unpin' : 'pane.pin')}
        aria-pressed={pinned}
        onClick={() => workspace.setState(editor ? { editorPinned: !pinned } : { inspectorPinned: !pinned })}
      >
        {pinned ? <PinOff size={16} /> : <Pin size={16} />}
      </IconButton>
      <IconButton
        name={t(editor ? 'pane.foldEditor' : 'pane.foldInspector')}
        onClick={() => workspace.setState(editor ? { editorOpen: false } : { inspectorOpen: false })}
      >
        <Fold size={17} />
      </IconButton>
    </span>
  )
}
