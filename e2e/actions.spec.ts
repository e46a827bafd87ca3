// What a person does to the cluster by button and key.

import { expect, test } from './fixtures.ts'

test.beforeEach(async ({ playground }) => {
  await playground.open({ lang: 'en' })
  await expect(playground.readyPods()).toHaveCount(3)
})

test('Kill on a Pod brings another one with another name', async ({ playground }) => {
  const pod = await playground.podAttributes(playground.readyPods().first())
  await playground.select(playground.card('Pod', pod.name))
  await playground.button('Kill').click()
  await expect(playground.card('Pod', pod.name)).toHaveCount(0, { timeout: 30_000 })
  await expect(playground.readyPods()).toHaveCount(3, { timeout: 30_000 })
  const ips = await playground.readyPods().evaluateAll(all => all.map(one => one.getAttribute('data-ip')))
  expect(ips).not.toContain(pod.ip)
})

test('Fail readiness takes a Pod out of the answers, Restore readiness brings it back', async ({ playground }) => {
  const pod = await playground.podAttributes(playground.readyPods().first())
  const card = playground.card('Pod', pod.name)
  await playground.select(card)
  await playground.button('Fail readiness').click()
  await expect(card).toHaveAttribute('data-ready', 'false', { timeout: 40_000 })
  await expect(card).toHaveAttribute('data-phase', 'Running')
  await playground.button('Restore readiness').click()
  await expect(card).toHaveAttribute('data-ready', 'true', { timeout: 40_000 })
})

test('Scale writes the number into the YAML and the Pods follow', async ({ playground, page }) => {
  await playground.select(playground.readyPods().first())
  await playground.button('Scale').click()
  const field = page.getByRole('spinbutton', { name: /replicas/i })
  await field.fill('5')
  await field.press('Enter')
  await expect(playground.readyPods()).toHaveCount(5, { timeout: 30_000 })
  await expect(playground.editor).toContainText('replicas: 5')
})

test('a node is killed with K and revived with R', async ({ playground, page }) => {
  const { node } = await playground.podAttributes(playground.readyPods().first())
  const card = playground.card('Node', node, '')
  await playground.select(card)
  await page.keyboard.press('k')
  await expect(card).toContainText(/down/)
  await page.keyboard.press('r')
  await expect(card).not.toContainText(/down/)
})

test('Cordon closes a node to new Pods, Drain empties it', async ({ playground }) => {
  const { node } = await playground.podAttributes(playground.readyPods().first())
  await playground.select(playground.card('Node', node, ''))
  await playground.button('Cordon').click()
  await expect(playground.card('Node', node, '')).toContainText(/cordoned/)
  await playground.button('Drain').click()
  await expect(playground.page.locator(`[data-kind="Pod"][data-node="${node}"]`)).toHaveCount(0, { timeout: 60_000 })
  await expect(playground.readyPods()).toHaveCount(3, { timeout: 30_000 })
})
