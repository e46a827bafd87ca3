// Types of find-browser.mjs, for playwright.config.ts.

export interface FoundBrowser {
  readonly kind: 'named' | 'playwright' | 'system'
  readonly executablePath?: string
}

export const BROWSER_ARGS: string[]

export function findBrowser(env?: { readonly [name: string]: string | undefined }): FoundBrowser | undefined
