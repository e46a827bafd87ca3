// The story the playground exists for: a node dies, requests to its Pod fail as they would, Kubernetes notices after its
// real grace period, the Pod comes back elsewhere with another IP, and the Service's address never changed.

import { expect, test } from './fixtures.ts'

test('a node dies, the Pod comes back elsewhere with another IP, the ClusterIP stays', async ({ playground }) => {
  test.setTimeout(180_000)
  await playground.open({ scenario: 'my-service', seed: 1, lang: 'en', speed: 1 })
  await expect(playground.readyPods()).toHaveCount(3)
  const service = playground.card('Service', 'my-service')
  const clusterIP = (await service.innerText()).match(/10\.96\.\d+\.\d+/)?.[0]
  expect(clusterIP).toBeDefined()

  const victim = await playground.podAttributes(playground.readyPods().nth(1))
  const node = playground.card('Node', victim.node, '')
  const before = await playground.requests(victim.name)
  expect(before.failed).toBe(0)

  // A client that keeps the Pod's IP for itself.
  await playground.select(playground.card('Pod', victim.name))
  await playground.button('Call this IP directly').click()
  const keeper = playground.page.locator('[data-kind="Client"][data-name^="keeper"]')
  await expect(keeper).toHaveCount(1)

  await playground.select(node)
  await playground.button('Kill').click()
  const diedMs = await playground.nowMs()
  await expect.poll(async () => (await playground.requests(victim.name)).failed, { timeout: 30_000 }).toBeGreaterThan(0)
  // Nothing in the API has changed yet: the endpoint still counts as ready.
  await expect(playground.card('Pod', victim.name)).toHaveAttribute('data-ready', 'true')

  await playground.setSpeed('10')
  await expect(node).toHaveAttribute('data-ready', 'false', { timeout: 30_000 })
  const noticedMs = (await playground.nowMs()) - diedMs
  expect(noticedMs).toBeGreaterThan(39_000)
  expect(noticedMs).toBeLessThan(60_000)
  await expect(playground.card('Pod', victim.name)).toHaveAttribute('data-ready', 'false')

  await playground.setSpeed('100')
  await expect(playground.card('Pod', victim.name)).toHaveAttribute('data-terminating', 'true', { timeout: 30_000 })
  await expect(playground.readyPods()).toHaveCount(3, { timeout: 30_000 })
  await playground.setSpeed('1')
  const names = await playground
    .readyPods()
    .evaluateAll(pods =>
      pods.map(pod => [pod.getAttribute('data-name'), pod.getAttribute('data-ip'), pod.getAttribute('data-node')]),
    )
  expect(names.map(([name]) => name)).not.toContain(victim.name)
  expect(names.map(([, ip]) => ip)).not.toContain(victim.ip)
  expect(names.map(([, , on]) => on)).not.toContain(victim.node)
  expect((await service.innerText()).includes(clusterIP ?? '?')).toBe(true)

  // Traffic through the Service has recovered; the client that kept the Pod's IP keeps failing.
  const failedThen = (await playground.requests(victim.name)).failed
  await expect
    .poll(async () => (await playground.requests(victim.name)).failed, { timeout: 30_000 })
    .toBeGreaterThan(failedThen)
  await playground.select(keeper)
  await playground.button('Stop').click()
  await expect(keeper).toHaveCount(0)
  const settledMs = await playground.nowMs()
  await playground.reach(settledMs + 3_000)
  const failedAtRest = (await playground.requests(victim.name)).failed
  await playground.reach(settledMs + 8_000)
  expect((await playground.requests(victim.name)).failed).toBe(failedAtRest)
})
