// The workspace on a desk: editor, sentence and graph, inspector; below them clock, timeline and distribution. Every
// pane can be resized and folded; what the user chose is remembered. Folded panes stay mounted, so nothing in them is
// lost.

import { CircleQuestionMark, CodeXml, FileText, List, PanelBottomClose, PanelBottomOpen } from 'lucide-react'
import { Suspense, useEffect, useRef, useState } from 'react'
import { Group, Panel, Separator, usePanelRef, type PanelSize } from 'react-resizable-panels'
import { EditorPane } from '../editor/index.ts'
import { Graph } from '../graph/index.ts'
import { useT } from '../i18n/index.ts'
import { cx, IconButton, useSize } from '../kit/index.ts'
import { Inspector, SelectionBar } from '../inspector/index.ts'
import { useWorkspace } from '../state/hooks.ts'
import { EDITOR_WIDTH, INSPECTOR_WIDTH, openInspector, openPane } from '../state/open-pane.ts'
import { browserStorage, recallSizes, rememberSizes, type PaneSizes } from '../state/remember.ts'
import { workspace, type InspectorTab } from '../state/workspace.ts'
import { BottomPane } from './BottomPane.tsx'
import { PaneTools } from './PaneTools.tsx'
import { Rail } from './Rail.tsx'
import { SentenceStrip } from './SentenceStrip.tsx'
import styles from './Workspace.module.css'

const DEFAULT_SIZES: PaneSizes = { editor: EDITOR_WIDTH, inspector: INSPECTOR_WIDTH, bottom: 216 }
const STRIP_HEIGHT = 58
/** Where five columns no longer fit, the graph turns from left-to-right to top-to-bottom. */
const DOWN_BELOW = 620

export function Workspace() {
  const t = useT()
  const editorOpen = useWorkspace(state => state.editorOpen)
  const inspectorOpen = useWorkspace(state => state.inspectorOpen)
  const bottomOpen = useWorkspace(state => state.bottomOpen)
  const [storage] = useState(browserStorage)
  const [start] = useState(() => recallSizes(storage, DEFAULT_SIZES))
  const sizes = useRef(start)
  const resized = (pane: keyof PaneSizes, minimum: number) => (size: PanelSize) => {
    if (size.inPixels < minimum) return
    sizes.current = { ...sizes.current, [pane]: Math.round(size.inPixels) }
    rememberSizes(storage, sizes.current)
  }
  const editor = useFoldingPanel(editorOpen, () => sizes.current.editor)
  const inspector = useFoldingPanel(inspectorOpen, () => sizes.current.inspector)
  const bottom = useFoldingPanel(bottomOpen, () => sizes.current.bottom)
  return (
    <Group orientation="vertical" className={styles.root}>
      <Panel id="pane-upper" minSize={260}>
        <div className={styles.upper}>
          {!editorOpen && <EditorRail />}
          <Group orientation="horizontal" className={styles.sides}>
            <Panel
              id="pane-editor"
              panelRef={editor}
              collapsible
              collapsedSize={0}
              minSize={230}
              maxSize="50%"
              defaultSize={editorOpen ? start.editor : 0}
              groupResizeBehavior="preserve-pixel-size"
              onResize={resized('editor', 200)}
            >
              <section
                className={cx(styles.side, styles.editor, !editorOpen && styles.closed)}
                aria-label={t('region.editor')}
              >
                <EditorPane tools={<PaneTools pane="editor" />} />
              </section>
            </Panel>
            <Separator
              className={cx(styles.handle, !editorOpen && styles.handleClosed)}
              aria-label={t('pane.resizeEditor')}
              disabled={!editorOpen}
            />
            <Panel id="pane-graph" minSize={320}>
              <Centre />
            </Panel>
            <Separator
              className={cx(styles.handle, !inspectorOpen && styles.handleClosed)}
              aria-label={t('pane.resizeInspector')}
              disabled={!inspectorOpen}
            />
            <Panel
              id="pane-inspector"
              panelRef={inspector}
              collapsible
              collapsedSize={0}
              minSize={270}
              maxSize="50%"
              defaultSize={inspectorOpen ? start.inspector : 0}
              groupResizeBehavior="preserve-pixel-size"
              onResize={resized('inspector', 240)}
            >
              <aside
                className={cx(styles.side, styles.inspector, !inspectorOpen && styles.closed)}
                aria-label={t('region.inspector')}
              >
                <Suspense>{inspectorOpen && <Inspector tools={<PaneTools pane="inspector" />} />}</Suspense>
              </aside>
            </Panel>
          </Group>
          {!inspectorOpen && <InspectorRail />}
        </div>
      </Panel>
      <Separator
        className={cx(styles.handle, styles.handleRow, !bottomOpen && styles.handleClosed)}
        aria-label={t('pane.resizeBottom')}
        disabled={!bottomOpen}
      />
      <Panel
        id="pane-bottom"
        panelRef={bottom}
        collapsible
        collapsedSize={STRIP_HEIGHT}
        minSize={176}
        maxSize="60%"
        defaultSize={bottomOpen ? start.bottom : STRIP_HEIGHT}
        groupResizeBehavior="preserve-pixel-size"
        onResize={resized('bottom', 170)}
      >
        <div className={cx(styles.bottomWrap, !bottomOpen && styles.folded)}>
          <BottomPane folded={!bottomOpen} />
          <IconButton
            name={t(bottomOpen ? 'pane.foldBottom' : 'pane.openBottom')}
            className={styles.fold}
            onClick={() => workspace.setState({ bottomOpen: !bottomOpen })}
          >
            {bottomOpen ? <PanelBottomClose size={17} /> : <PanelBottomOpen size={17} />}
          </IconButton>
        </div>
      </Panel>
    </Group>
  )
}

/** A panel that follows a flag: folded, or as wide as it was last. */
function useFoldingPanel(open: boolean, size: () => number): ReturnType<typeof usePanelRef> {
  const panel = usePanelRef()
  const latest = useRef(size)
  const known = useRef(open)
  useEffect(() => {
    if (known.current === open) return
    known.current = open
    if (open) panel.current?.resize(latest.current())
    else panel.current?.collapse()
  }, [open, panel])
  return panel
}

function openEditor(): void {
  workspace.setState(state => openPane(state, 'editor', window.innerWidth))
}

function openInspectorAt(tab: InspectorTab): () => void {
  return () => workspace.setState(state => openInspector(state, tab, window.innerWidth))
}

function EditorRail() {
  const t = useT()
  return (
    <Rail
      side="left"
      items={[{ name: t('pane.yaml'), title: t('pane.openEditor'), icon: CodeXml, onOpen: openEditor }]}
    />
  )
}

function InspectorRail() {
  const t = useT()
  return (
    <Rail
      side="right"
      items={[
        { name: t('pane.why'), title: t('pane.why'), icon: CircleQuestionMark, onOpen: openInspectorAt('why') },
        { name: t('pane.object'), title: t('pane.object'), icon: FileText, onOpen: openInspectorAt('yaml') },
        { name: t('pane.events'), title: t('pane.events'), icon: List, onOpen: openInspectorAt('events') },
      ]}
    />
  )
}

function Centre() {
  const t = useT()
  const inspectorOpen = useWorkspace(state => state.inspectorOpen)
  const [place, { width }] = useSize<HTMLDivElement>()
  return (
    <main className={styles.centre} aria-label={t('pane.graph')}>
      <SentenceStrip />
      <div ref={place} className={styles.graph}>
        <Graph orientation={width > 0 && width < DOWN_BELOW ? 'down' : 'across'} />
        <Suspense>{!inspectorOpen && <SelectionBar />}</Suspense>
      </div>
    </main>
  )
}
