// One editor and its conversation with the cluster: what is typed is asked for, what the host writes by itself is
// carried in without losing cursor, undo or anything typed meanwhile, and orders from the rest of the page are followed.

import { Annotation, ChangeSet, EditorState, Text, Transaction } from '@codemirror/state'
import { EditorView, type ViewUpdate } from '@codemirror/view'
import type { ApplyOutcome, ManifestUpdate, ViewId } from '../../protocol/index.ts'
import type { T } from '../i18n/index.ts'
import type { Acts } from '../state/acts.ts'
import { onManifest } from '../state/connect-session.ts'
import { draft, type EditorOrder } from '../state/draft.ts'
import { session } from '../state/session.ts'
import { workspace } from '../state/workspace.ts'
import { documentOf, manifestDocuments, objectAt } from '../view-model/manifest-documents.ts'
import { createApplier, TEXT_LIMIT, type Applier } from './apply-as-you-type.ts'
import { answered, keepingText, rebased, sent, startSync, typed, type ManifestSync } from './manifest-sync.ts'
import { goToProblem, setProblems, setWords } from './problem-marks.ts'
import { wordsOf, yamlSetup } from './yaml-setup.ts'

export interface YamlController {
  readonly setWords: (t: T) => void
  readonly destroy: () => void
}

/** Marks what the host changed, as against what the user did. */
const byHost = Annotation.define<boolean>()

const MIB = 1024 * 1024
/** Kinds that a click into their document selects: those that stand on the graph. */
const ON_GRAPH: ReadonlySet<string> = new Set(['Service', 'Pod', 'Node', 'Endpoints', 'EndpointSlice'])

export function openYaml(parent: HTMLElement, acts: Acts, t: T): YamlController {
  const setup = yamlSetup(t, { onUpdate: update => onUpdate(update), onApplyNow: () => applier.now() })
  const first = session.getState().manifest
  const view = new EditorView({ state: EditorState.create({ doc: first.text, extensions: setup.extensions }), parent })
  // The search panel has text fields of its own; the text itself is what the name stands for.
  view.scrollDOM.dataset['testid'] = 'yaml-editor'
  let sync: ManifestSync = startSync(view.state.doc)
  let selectedHere: ViewId | null = null
  view.dispatch({ effects: setWords.of(t) })

  const applier: Applier = createApplier({
    text: () => view.state.doc.toString(),
    length: () => view.state.doc.length,
    ask: acts.apply,
    onTyping: () => draft.setState({ status: 'typing' }),
    onSent: () => {
      sync = sent(sync, view.state.doc.length)
      sentText = view.state.doc
      draft.setState({ status: 'asking' })
    },
    onAnswer,
    onTooLong: length => {
      draft.setState({ status: 'too-long', sizeMiB: length / MIB, problems: [] })
      view.dispatch({ effects: setProblems.of([]) })
    },
    onLost: () => draft.setState({ status: 'typing' }),
    later: (callback, afterMs) => {
      const timer = setTimeout(callback, afterMs)
      return () => clearTimeout(timer)
    },
  })
  let sentText: Text = view.state.doc

  function onUpdate(update: ViewUpdate): void {
    if (update.docChanged && !update.transactions.some(transaction => transaction.annotation(byHost) === true)) {
      sync = typed(sync, update.changes)
      applier.changed()
    }
    if (update.selectionSet && update.transactions.some(transaction => transaction.isUserEvent('select.pointer')))
      selectHere(update.state)
  }

  function onAnswer(outcome: ApplyOutcome, stale: boolean): void {
    sync = answered(sync, sentText, outcome.ok)
    if (stale) return
    report(outcome)
  }

  function report(outcome: ApplyOutcome): void {
    draft.setState({
      status: outcome.ok ? 'applied' : 'refused',
      documents: outcome.documents,
      problems: outcome.problems,
    })
    view.dispatch({ effects: setProblems.of(outcome.problems) })
  }

  function onHostText({ text, edits, outcome }: ManifestUpdate): void {
    if (draft.getState().keepText) {
      draft.setState({ keepText: false })
      sync = keepingText(Text.of(text.split('\n')), view.state.doc)
      applier.now()
      return
    }
    const carried = edits === null ? null : rebased(sync, edits, text)
    if (carried === null) return replaceAll(text, outcome)
    sync = carried.sync
    view.dispatch({ changes: carried.changes, annotations: byHost.of(true), userEvent: 'input.host' })
    if (sync.unsent.empty) report(outcome)
    else applier.changed()
  }

  /** Another text altogether. It can be undone, so nothing that was typed is lost. */
  function replaceAll(text: string, outcome: ApplyOutcome): void {
    applier.settled()
    view.dispatch({
      changes: { from: 0, to: view.state.doc.length, insert: text },
      selection: { anchor: 0 },
      scrollIntoView: true,
      annotations: [byHost.of(true), Transaction.addToHistory.of(view.state.doc.length > 0)],
    })
    sync = startSync(view.state.doc)
    report(outcome)
  }

  function selectHere(state: EditorState): void {
    if (state.doc.length > TEXT_LIMIT) return
    const id = objectAt(manifestDocuments(state.doc.toString()), state.selection.main.head)
    const view = id === null ? undefined : session.getState().views.get(id)
    if (view === undefined || !ON_GRAPH.has(view.kind)) return
    selectedHere = view.id
    workspace.setState({ selected: view.id })
  }

  function show(id: ViewId): void {
    const object = session.getState().views.get(id)
    if (object === undefined || view.state.doc.length > TEXT_LIMIT) return
    const document = documentOf(manifestDocuments(view.state.doc.toString()), object)
    if (document === undefined || document.from > view.state.doc.length) return
    view.dispatch({ effects: EditorView.scrollIntoView(document.from, { y: 'start', yMargin: 8 }) })
  }

  function follow(order: EditorOrder): void {
    switch (order.type) {
      case 'focus':
        view.focus()
        break
      case 'go-to-problem':
        goToProblem(view)
        break
      case 'show':
        show(order.id)
        break
      case 'last-good': {
        const base = sync.base
        applier.settled()
        const changes = ChangeSet.of({ from: 0, to: view.state.doc.length, insert: base }, view.state.doc.length)
        view.dispatch({ changes, annotations: byHost.of(true), userEvent: 'input.restore' })
        sync = startSync(base)
        report({
          ok: true,
          documents: session.getState().manifest.outcome?.documents ?? draft.getState().documents,
          applied: [],
          problems: [],
        })
        view.focus()
        break
      }
    }
  }

  if (first.outcome !== null) report(first.outcome)
  const stops = [
    onManifest(onHostText),
    draft.subscribe((state, before) => {
      if (state.order !== null && state.order !== before.order) follow(state.order.what)
    }),
    workspace.subscribe((state, before) => {
      if (state.selected === before.selected) return
      if (state.selected !== null && state.selected !== selectedHere) show(state.selected)
      selectedHere = null
    }),
  ]
  const pending = draft.getState().order
  if (pending !== null && (pending.what.type === 'focus' || pending.what.type === 'show')) follow(pending.what)

  return {
    setWords: words => view.dispatch({ effects: [setWords.of(words), setup.words.reconfigure(wordsOf(words))] }),
    destroy: () => {
      for (const stop of stops) stop()
      applier.stop()
      view.destroy()
    },
  }
}
