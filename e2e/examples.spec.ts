// The built-in examples, each as a person would open it.

import { expect, test } from './fixtures.ts'

test('no-selector: hand-written Endpoints are mirrored and routed', async ({ playground }) => {
  await playground.open({ scenario: 'no-selector' })
  await expect(playground.card('Service', 'my-service')).toBeVisible()
  await expect(playground.card('Endpoints', 'my-service')).toBeVisible()
  await expect(playground.cards('EndpointSlice')).toHaveCount(1)
  await expect(playground.card('Outside', '192.0.2.42', '')).toBeVisible()
  await expect(playground.page.getByTestId('answered')).toHaveAttribute('data-ok', /[1-9]/, { timeout: 20_000 })
})

test('multi-port: two named ports, one with a named targetPort', async ({ playground }) => {
  await playground.open({ scenario: 'multi-port' })
  await expect(playground.readyPods()).not.toHaveCount(0)
  const service = playground.card('Service', 'my-service')
  await expect(service).toContainText('http')
  await expect(service).toContainText('https')
  await expect(service).toContainText('http-web')
})

test('external-name: a name and no address', async ({ playground }) => {
  await playground.open({ scenario: 'external-name' })
  const service = playground.cards('Service')
  await expect(service).toHaveCount(1)
  await expect(service).toContainText('my.database.example.com')
  await expect(service).not.toContainText('10.96.')
  await expect(playground.cards('EndpointSlice')).toHaveCount(0)
})

test('three-slices: 250 replicas fill 100, 100 and 50', async ({ playground }) => {
  test.setTimeout(90_000)
  await playground.open({ scenario: 'three-slices', speed: 10 })
  await expect(playground.cards('EndpointSlice')).toHaveCount(3, { timeout: 60_000 })
  await expect
    .poll(
      async () => {
        const groups = await playground
          .cards('PodGroup')
          .evaluateAll(all => all.map(group => Number(group.getAttribute('data-ready-count'))))
        return groups.reduce((sum, count) => sum + count, 0) + (await playground.readyPods().count())
      },
      { timeout: 60_000 },
    )
    .toBe(250)
  const group = playground.cards('PodGroup').first()
  await expect(group).toHaveAttribute('data-node', /n[123]/)
  await group.focus()
  await group.press('Enter')
  await expect(playground.cards('Pod').first()).toBeAttached()
})

test('image-processing: frontends that do not care which backend answers', async ({ playground }) => {
  await playground.open({ scenario: 'image-processing' })
  await expect(playground.readyPods()).toHaveCount(3)
  for (const pod of await playground.readyPods().all()) {
    const { name } = await playground.podAttributes(pod)
    await expect.poll(async () => (await playground.requests(name)).ok, { timeout: 30_000 }).toBeGreaterThan(0)
  }
})

test('a scenario chosen from the menu replaces the cluster', async ({ playground, page }) => {
  await playground.open()
  await expect(playground.readyPods()).toHaveCount(3)
  await page.getByRole('button', { name: /Scenario/ }).click()
  await page.getByRole('menuitemradio', { name: /external-name/ }).click()
  await expect(playground.cards('Service')).toContainText('my.database.example.com')
  await expect(playground.cards('Pod')).toHaveCount(0)
})
