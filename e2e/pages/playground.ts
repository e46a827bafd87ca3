// The page as a person uses it: cards of the graph, the clock, the editor, buttons by their names. Everything waits for
// a state of the page, never for a length of time.

import { expect, type Locator, type Page } from '@playwright/test'

export interface OpenOptions {
  readonly scenario?: string
  readonly seed?: number
  readonly lang?: 'en' | 'zh'
  readonly speed?: number
}

export class Playground {
  readonly page: Page
  readonly clock: Locator
  readonly editor: Locator

  constructor(page: Page) {
    this.page = page
    this.clock = page.getByTestId('clock')
    this.editor = page.getByTestId('yaml-editor')
  }

  async open(options: OpenOptions = {}): Promise<void> {
    const query = new URLSearchParams()
    for (const [key, value] of Object.entries(options)) query.set(key, String(value))
    await this.page.goto(`/?${query.toString()}`)
    await expect(this.clock).toBeVisible()
  }

  cards(kind: string): Locator {
    return this.page.locator(`[data-kind="${kind}"]`)
  }

  card(kind: string, name: string, namespace = 'default'): Locator {
    return this.page.locator(`[data-kind="${kind}"][data-name="${name}"][data-namespace="${namespace}"]`)
  }

  readyPods(): Locator {
    return this.page.locator('[data-kind="Pod"][data-ready="true"]')
  }

  /** The names of all Pods drawn, in the order of the graph. */
  podNames(): Promise<readonly string[]> {
    return this.cards('Pod').evaluateAll(all => all.map(pod => pod.getAttribute('data-name') ?? ''))
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true })
  }

  /** Selects a card the way outside checks do: near its upper left corner. */
  async select(card: Locator): Promise<void> {
    await card.click({ position: { x: 12, y: 8 } })
  }

  async nowMs(): Promise<number> {
    return Number(await this.clock.getAttribute('data-now-ms'))
  }

  /** Waits until virtual time has come to `ms`. */
  async reach(ms: number, timeout = 60_000): Promise<void> {
    await expect.poll(() => this.nowMs(), { timeout }).toBeGreaterThanOrEqual(ms)
  }

  async setSpeed(speed: string): Promise<void> {
    await this.page.getByLabel('Speed', { exact: true }).selectOption(speed)
  }

  /** Replaces the whole text in the editor, as a paste over everything does. */
  async write(text: string): Promise<void> {
    const box = this.editor.getByRole('textbox')
    await box.click()
    await box.press('ControlOrMeta+a')
    await this.page.keyboard.insertText(text)
  }

  async writtenText(): Promise<string> {
    return (await this.editor.getByRole('textbox').innerText()).replaceAll('\u00a0', ' ')
  }

  /** Requests of one Pod so far, as the page counts them. */
  async requests(pod: string): Promise<{ ok: number; failed: number }> {
    const element = this.page.locator(`[data-testid="requests"][data-pod="${pod}"]`)
    return {
      ok: Number(await element.getAttribute('data-ok')),
      failed: Number(await element.getAttribute('data-failed')),
    }
  }

  async podAttributes(card: Locator): Promise<{ name: string; ip: string; node: string; ready: string }> {
    const read = async (name: string): Promise<string> => (await card.getAttribute(name)) ?? ''
    return {
      name: await read('data-name'),
      ip: await read('data-ip'),
      node: await read('data-node'),
      ready: await read('data-ready'),
    }
  }
}
