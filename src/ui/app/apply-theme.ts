// Theme and language on the root element. public/theme.js has set the theme before the first paint; from then on this
// follows the user's choice and, for `system`, the system's.

import { workspace, type ThemeChoice } from '../state/workspace.ts'

const DARK = '(prefers-color-scheme: dark)'

/** Keeps `<html>` in step with the workspace. Returns the way to stop. */
export function applyTheme(root: HTMLElement): () => void {
  const system = matchMedia(DARK)
  const apply = (): void => {
    const { theme, language } = workspace.getState()
    root.dataset['theme'] = themeOf(theme, system.matches)
    root.lang = language
  }
  apply()
  system.addEventListener('change', apply)
  const stop = workspace.subscribe(apply)
  return () => {
    system.removeEventListener('change', apply)
    stop()
  }
}

export function themeOf(choice: ThemeChoice, systemIsDark: boolean): 'light' | 'dark' {
  if (choice !== 'system') return choice
  return systemIsDark ? 'dark' : 'light'
}
