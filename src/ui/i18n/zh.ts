// The Chinese catalogue. Chinese has one plural form, so each `…_one` of the English catalogue has no twin here.

import { decisionZh } from './decision-zh.ts'
import type { en } from './en.ts'
import { graphZh } from './graph-zh.ts'
import { problemZh } from './problem-zh.ts'
import { sentenceZh } from './sentence-zh.ts'
import { settingsZh } from './settings-zh.ts'
import { shellZh } from './shell-zh.ts'
import { terminalZh } from './terminal-zh.ts'

type Wanted = { readonly [K in keyof typeof en as K extends `${string}_one` ? never : K]: string }

export const zh: Wanted = {
  ...shellZh,
  ...sentenceZh,
  ...problemZh,
  ...graphZh,
  ...terminalZh,
  ...decisionZh,
  ...settingsZh,
}
