// Every journey starts with a page object, and fails when the page logs an error or throws.

import { test as base } from '@playwright/test'
import { Playground } from './pages/playground.ts'

export const test = base.extend<{ playground: Playground }>({
  playground: async ({ page }, use) => {
    const complaints: string[] = []
    page.on('pageerror', error => complaints.push(String(error)))
    page.on('console', message => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    await use(new Playground(page))
    base.expect(complaints, 'errors in the page').toEqual([])
  },
})

export { expect } from '@playwright/test'
