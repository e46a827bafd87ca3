// Who opens the page for the first time sees a running cluster with requests moving.

import { expect, test } from './fixtures.ts'

test('the page opens on a running cluster with requests being answered', async ({ playground, page }) => {
  await playground.open()
  await expect(playground.readyPods()).toHaveCount(3)
  await expect(playground.card('Service', 'my-service')).toBeVisible()
  await expect(playground.cards('EndpointSlice')).toHaveCount(1)
  await expect(playground.cards('Node')).toHaveCount(3)
  await expect(playground.cards('Zone')).toHaveCount(3)
  await expect(playground.card('Client', 'frontend-1', '')).toBeVisible()
  await expect(playground.card('Client', 'frontend-2', '')).toBeVisible()
  for (const pod of await playground.readyPods().all()) {
    const { name } = await playground.podAttributes(pod)
    await expect.poll(async () => (await playground.requests(name)).ok, { timeout: 30_000 }).toBeGreaterThan(2)
  }
  await expect(page).toHaveTitle(/Service Playground/)
  await expect(playground.editor).toContainText('kind: Service')
})

test('the clock pauses, steps and plays', async ({ playground, page }) => {
  await playground.open()
  await expect(playground.readyPods()).toHaveCount(3)
  await playground.button('Pause').click()
  await expect(playground.button('Play')).toBeVisible()
  const paused = await playground.nowMs()
  await playground.button('Step').click()
  await expect.poll(() => playground.nowMs()).toBeGreaterThan(paused)
  const stepped = await playground.nowMs()
  expect(stepped - paused).toBeLessThanOrEqual(1_000)
  await page.keyboard.press('Space')
  await expect(playground.button('Pause')).toBeVisible()
  await playground.reach(stepped + 500)
})

test('the same seed gives the same Pods', async ({ playground }) => {
  const namesOf = async (): Promise<string[]> => {
    await expect(playground.readyPods()).toHaveCount(3)
    return playground
      .readyPods()
      .evaluateAll(pods => pods.map(pod => `${pod.getAttribute('data-name')} ${pod.getAttribute('data-ip')}`).sort())
  }
  await playground.open({ seed: 7 })
  const first = await namesOf()
  await playground.open({ seed: 7 })
  expect(await namesOf()).toEqual(first)
  await playground.open({ seed: 8 })
  expect(await namesOf()).not.toEqual(first)
})
