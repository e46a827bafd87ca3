// Puts the page on its root element: choices remembered, theme and language on <html>, an engine opened, App rendered.

import { createRoot } from 'react-dom/client'
import type { EngineClient } from '../../bridge/client/index.ts'
import { createTranslation } from '../i18n/index.ts'
import { createEngineLink, type EngineStart } from '../state/engine-link.ts'
import { tell } from '../state/notice.ts'
import { browserStorage, rememberWorkspace } from '../state/remember.ts'
import { workspace } from '../state/workspace.ts'
import { App } from './App.tsx'
import { applyTheme } from './apply-theme.ts'
import { readStart } from './start-options.ts'
import '../kit/fonts.css'
import '../kit/tokens.css'
import '../kit/base.css'

/** Below this width the graph needs all of the window at first. */
const NARROW = 1024

export async function startApp(root: HTMLElement, open: (start: EngineStart) => EngineClient): Promise<void> {
  const { options, notices } = readStart(location.search)
  rememberWorkspace(browserStorage())
  if (options.language !== null) workspace.setState({ language: options.language })
  if (window.innerWidth < NARROW) workspace.setState({ editorOpen: false, inspectorOpen: false })
  applyTheme(document.documentElement)
  const link = createEngineLink(open, options)
  tell(...notices)
  const translation = await createTranslation(workspace.getState().language)
  createRoot(root).render(<App link={link} translation={translation} />)
}
