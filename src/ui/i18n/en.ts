// The English catalogue: every word that the page can show. The Chinese one has the same keys.

import { decisionEn } from './decision-en.ts'
import { graphEn } from './graph-en.ts'
import { problemEn } from './problem-en.ts'
import { sentenceEn } from './sentence-en.ts'
import { settingsEn } from './settings-en.ts'
import { shellEn } from './shell-en.ts'
import { terminalEn } from './terminal-en.ts'

export const en = {
  ...shellEn,
  ...sentenceEn,
  ...problemEn,
  ...graphEn,
  ...terminalEn,
  ...decisionEn,
  ...settingsEn,
} as const
