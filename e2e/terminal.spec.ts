// The terminal: kubectl beside the cluster, on the same cluster as the graph, by keyboard alone and on a phone.

import { AxeBuilder } from '@axe-core/playwright'
import type { Locator, Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'

class TerminalPane {
  readonly input: Locator
  readonly log: Locator

  constructor(page: Page) {
    this.input = page.getByTestId('terminal-input')
    this.log = page.getByRole('log')
  }

  async open(page: Page): Promise<void> {
    await page.getByRole('tab', { name: 'Terminal' }).click()
    await expect(this.input).toBeVisible()
  }

  /** Types a line and waits until its command is over. */
  async run(line: string): Promise<void> {
    await this.start(line)
    await expect(this.input).toBeEditable()
  }

  async start(line: string): Promise<void> {
    await this.input.fill(line)
    await this.input.press('Enter')
  }
}

test('kubectl reads and changes the cluster that the graph shows', async ({ playground, page }) => {
  await playground.open({ lang: 'en' })
  await expect(playground.readyPods()).toHaveCount(3)
  const terminal = new TerminalPane(page)
  await terminal.open(page)
  await terminal.run('kubectl get pods')
  await expect(terminal.log).toContainText(/NAME +READY +STATUS +RESTARTS +AGE/)
  for (const name of await playground.podNames()) await expect(terminal.log).toContainText(name)
  await terminal.run('kubectl scale deployment my-app --replicas=5')
  await expect(terminal.log).toContainText('deployment.apps/my-app scaled')
  await expect(playground.readyPods()).toHaveCount(5)
  await terminal.run('kubectl get service nothing')
  await expect(terminal.log).toContainText('Error from server (NotFound): services "nothing" not found')
})

test('a watch tells of what is done in the graph, until it is stopped', async ({ playground, page }) => {
  await playground.open({ lang: 'en', speed: 10 })
  await expect(playground.readyPods()).toHaveCount(3)
  const terminal = new TerminalPane(page)
  await terminal.open(page)
  await terminal.start('kubectl get pods -w')
  await expect(terminal.log).toContainText(/1\/1 +Running/)
  await playground.select(playground.readyPods().first())
  await playground.button('Kill').click()
  await expect(terminal.log).toContainText('Terminating')
  await terminal.input.press('Control+c')
  await expect(terminal.log).toContainText('^C')
  await expect(terminal.input).toBeEditable()
  await terminal.run('kubectl version')
  await expect(terminal.log).toContainText('Server Version: v1.34')
})

test('a command runs in a Pod, inside the network of the cluster', async ({ playground, page }) => {
  await playground.open({ lang: 'en' })
  await expect(playground.readyPods()).toHaveCount(3)
  const terminal = new TerminalPane(page)
  await terminal.open(page)
  await terminal.run('kubectl exec deploy/my-app -- nslookup my-service')
  await expect(terminal.log).toContainText('my-service.default.svc.cluster.local')
  await terminal.run('kubectl exec deploy/my-app -- curl -s http://my-service')
  const answered = terminal.log.locator('[data-tone="plain"]').last()
  await expect.poll(async () => (await playground.podNames()).includes(await answered.innerText())).toBe(true)
})

test('a document is applied line by line, and a Service described', async ({ playground, page }) => {
  await playground.open({ lang: 'en' })
  await expect(playground.readyPods()).toHaveCount(3)
  const terminal = new TerminalPane(page)
  await terminal.open(page)
  const lines = ['kubectl apply -f - <<EOF', 'apiVersion: v1', 'kind: Service', 'metadata: {name: second}']
  for (const line of [...lines, 'spec: {selector: {app: MyApp}, ports: [{port: 80, targetPort: 9376}]}', 'EOF']) {
    await terminal.start(line)
  }
  await expect(terminal.log).toContainText('service/second created')
  await expect(playground.card('Service', 'second')).toBeVisible()
  await terminal.run('kubectl describe service second')
  await expect(terminal.log).toContainText(/TargetPort: +9376\/TCP/)
})

test('Tab completes, arrow keys recall, Escape leaves', async ({ playground, page }) => {
  await playground.open({ lang: 'en' })
  await expect(playground.readyPods()).toHaveCount(3)
  const terminal = new TerminalPane(page)
  await terminal.open(page)
  await terminal.input.fill('kubectl desc')
  await terminal.input.press('Tab')
  await expect(terminal.input).toHaveValue('kubectl describe ')
  await page.keyboard.type('deployment my-')
  await terminal.input.press('Tab')
  await expect(terminal.input).toHaveValue('kubectl describe deployment my-app ')
  await terminal.input.press('Enter')
  await expect(terminal.log).toContainText('RollingUpdateStrategy')
  await terminal.input.press('ArrowUp')
  await expect(terminal.input).toHaveValue('kubectl describe deployment my-app ')
  await terminal.input.press('Escape')
  await expect(terminal.input).not.toBeFocused()
  await page.reload()
  await expect(terminal.input).toBeVisible()
  await terminal.input.press('ArrowUp')
  await expect(terminal.input).toHaveValue('kubectl describe deployment my-app ')
})

for (const theme of ['light', 'dark'] as const) {
  test(`axe finds nothing in the ${theme} terminal`, async ({ playground, page }) => {
    await page.emulateMedia({ colorScheme: theme })
    await playground.open({ lang: 'en' })
    await expect(playground.readyPods()).toHaveCount(3)
    const terminal = new TerminalPane(page)
    await terminal.open(page)
    const check = async (): Promise<void> => {
      const { violations } = await new AxeBuilder({ page })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
        .analyze()
      expect(
        violations.map(({ id, nodes }) => `${id}: ${nodes.map(node => node.target.join(' ')).join(', ')}`),
      ).toEqual([])
    }
    await check()
    await terminal.run('kubectl get endpoints')
    await terminal.run('kubectl get nothing')
    await check()
  })
}

test('a phone has the terminal as a tab, and nothing scrolls sideways but its lines', async ({ playground, page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await playground.open({ lang: 'en' })
  await expect(playground.readyPods()).toHaveCount(3)
  const terminal = new TerminalPane(page)
  await terminal.open(page)
  await page.getByRole('button', { name: 'kubectl get pods -o wide' }).click()
  await expect(terminal.log).toContainText('READINESS GATES')
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  expect(overflow).toBe(0)
})
