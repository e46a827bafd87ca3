// One line that the page owes the user and that the graph cannot show: a bad value in the address, a refused action.
// The newest replaces the one before.

import { createStore } from 'zustand/vanilla'
import type { Message } from '../i18n/index.ts'

export interface NoticeState {
  readonly notices: readonly Message[]
}

export const notice = createStore<NoticeState>()(() => ({ notices: [] }))

export function tell(...notices: readonly Message[]): void {
  notice.setState({ notices })
}
