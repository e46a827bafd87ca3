// Why something happened can be read where one looks at it: who decided, by which rule, with which numbers.

import { expect, test } from './fixtures.ts'

test('a Pod on a dead node tells that it was evicted, for which taint and after how long', async ({ playground }) => {
  test.setTimeout(120_000)
  await playground.open({ scenario: 'my-service', seed: 1, lang: 'en', speed: 10 })
  await expect(playground.readyPods()).toHaveCount(3)
  const victim = await playground.podAttributes(playground.readyPods().nth(1))
  await playground.select(playground.card('Node', victim.node, ''))
  await playground.button('Kill').click()
  await playground.select(playground.card('Pod', victim.name))
  await playground.button('Why?').click()
  await playground.setSpeed('100')
  const evicted = playground.page.locator('section[aria-label="Decisions"] [data-code="pod-evicted"]')
  await expect(evicted).toBeVisible({ timeout: 60_000 })
  await expect(evicted).toContainText('taint-eviction-controller')
  await expect(evicted).toContainText(
    `${victim.node} has had the NoExecute taint node.kubernetes.io/unreachable for as long as the Pod tolerates it: 300 s.`,
  )

  // The same in the table below, which can tell of all objects, too.
  await playground.page.getByRole('tab', { name: 'Decisions', exact: true }).click()
  const table = playground.page.getByRole('region', { name: 'Decisions of the controllers, the newest first' })
  await expect(table.locator('[data-code="pod-evicted"]')).toHaveCount(1)
  await expect(table.locator('[data-code="node-tainted"]')).toHaveCount(0)
  await playground.page.getByRole('button', { name: 'All objects' }).click()
  await expect(table.locator('[data-code="node-tainted"]').first()).toBeVisible()
})

test('a label that is changed tells which rule took the endpoint out', async ({ playground }) => {
  await playground.open({ scenario: 'my-service', seed: 1, lang: 'en', speed: 1 })
  await expect(playground.readyPods()).toHaveCount(3)
  const pod = await playground.podAttributes(playground.readyPods().first())
  await playground.page.getByRole('tab', { name: 'Terminal' }).click()
  const input = playground.page.getByTestId('terminal-input')
  await input.fill(`kubectl label pod ${pod.name} app=other --overwrite`)
  await input.press('Enter')
  await playground.select(playground.card('Pod', pod.name))
  await playground.button('Why?').click()
  const out = playground.page.locator('section[aria-label="Decisions"] [data-code="endpoint-out"]')
  await expect(out).toContainText('Label app is other; the selector wants MyApp.')
  await expect(out).toContainText('endpointslice-controller')
})

test('a mark on the ruler tells why it stands there', async ({ playground }) => {
  await playground.open({ scenario: 'my-service', seed: 1, lang: 'en', speed: 1 })
  await expect(playground.readyPods()).toHaveCount(3)
  const mark = playground.page.getByRole('button', { name: '3 Pods Ready' })
  await mark.focus()
  await expect(playground.page.getByRole('tooltip')).toContainText('endpoint')
  await mark.press('Enter')
  await expect(playground.page.getByRole('tab', { name: 'Decisions', exact: true })).toHaveAttribute(
    'aria-selected',
    'true',
  )
})
