// Turning the cluster's settings while it runs, and seeing what they do.

import { AxeBuilder } from '@axe-core/playwright'
import type { Locator } from '@playwright/test'
import { expect, test } from './fixtures.ts'
import type { Playground } from './pages/playground.ts'

async function openSettings(playground: Playground): Promise<Locator> {
  await playground.button('Settings of the cluster').click()
  const sheet = playground.page.getByRole('dialog', { name: 'Settings' })
  await expect(sheet.getByLabel('--max-endpoints-per-slice')).toHaveValue('100')
  return sheet
}

async function turn(sheet: Locator, name: string, value: string): Promise<void> {
  await sheet.getByLabel(name, { exact: true }).fill(value)
  await sheet.getByLabel(name, { exact: true }).press('Enter')
}

test('slices of three: the next change packs them anew', async ({ playground, page }) => {
  await playground.open({ lang: 'en' })
  await expect(playground.readyPods()).toHaveCount(3)
  await expect(playground.cards('EndpointSlice')).toHaveCount(1)
  const sheet = await openSettings(playground)
  await turn(sheet, '--max-endpoints-per-slice', '3')
  await expect(sheet.getByText('Set one back')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(sheet).toHaveCount(0)
  await playground.select(playground.readyPods().first())
  await playground.button('Scale').click()
  await page.getByRole('spinbutton').fill('7')
  await page.getByRole('spinbutton').press('Enter')
  await expect(playground.readyPods()).toHaveCount(7)
  await expect(playground.cards('EndpointSlice')).toHaveCount(3)
})

test('a shorter grace period: a dead Node is found out sooner', async ({ playground }) => {
  await playground.open({ lang: 'en' })
  await expect(playground.readyPods()).toHaveCount(3)
  const sheet = await openSettings(playground)
  await turn(sheet, '--node-monitor-grace-period', '10s')
  const deadMs = await playground.nowMs()
  await playground.select(playground.card('Node', 'n2', ''))
  await playground.button('Kill').click()
  await expect(playground.card('Node', 'n2', '')).toHaveAttribute('data-ready', 'false', { timeout: 40_000 })
  // Ten seconds from the last sign of life, and at most a look of the controller more; by default it takes forty at least.
  expect((await playground.nowMs()) - deadMs).toBeLessThan(35_000)
})

test('what a setting does not take stays in the field, with the reason, until it is mended or taken back', async ({
  playground,
  page,
}) => {
  await playground.open({ lang: 'en' })
  const sheet = await openSettings(playground)
  await turn(sheet, '--node-monitor-grace-period', 'soon')
  const field = sheet.getByLabel('--node-monitor-grace-period', { exact: true })
  await expect(sheet.getByRole('alert')).toHaveText('Write a time with its unit: 40s, 1m30s, 200ms.')
  await expect(field).toHaveAttribute('aria-invalid', 'true')
  await turn(sheet, '--max-endpoints-per-slice', '0')
  await expect(sheet.getByRole('alert').filter({ hasText: 'It takes 1 to 1000.' })).toBeVisible()
  await field.focus()
  await page.keyboard.press('Escape')
  await expect(field).toHaveValue('50s')
  await expect(sheet).toBeVisible()
  await turn(sheet, '--max-endpoints-per-slice', '5')
  await expect(sheet.getByRole('alert')).toHaveCount(0)
  await sheet.getByRole('button', { name: 'Set max-endpoints-per-slice back to 100' }).click()
  await expect(sheet.getByLabel('--max-endpoints-per-slice')).toHaveValue('100')
})

test('a search finds names and words, and the rest is under More', async ({ playground }) => {
  await playground.open({ lang: 'en' })
  const sheet = await openSettings(playground)
  await expect(sheet.getByLabel('nodeLeaseDurationSeconds')).toHaveCount(0)
  await sheet.getByRole('button', { name: 'More' }).first().click()
  await expect(sheet.getByLabel('nodeLeaseDurationSeconds')).toHaveValue('40')
  await sheet.getByRole('searchbox').fill('lease renew')
  await expect(sheet.locator('[data-setting]')).toHaveCount(1)
  await sheet.getByRole('searchbox').fill('nothing of that kind')
  await expect(sheet.locator('[data-setting]')).toHaveCount(0)
})

test('many choices open as a list, and the name beside them stays whole', async ({ playground }) => {
  await playground.open({ lang: 'en' })
  const sheet = await openSettings(playground)
  await sheet.getByRole('searchbox').fill('ipvs-scheduler')
  const list = sheet.getByRole('combobox', { name: '--ipvs-scheduler' })
  await expect(list).toHaveValue('rr')
  const name = await sheet.getByText('--ipvs-scheduler', { exact: true }).boundingBox()
  expect(name?.height).toBeLessThan(30)
  await list.selectOption('wlc')
  await expect(sheet.getByRole('button', { name: 'Set ipvs-scheduler back to rr' })).toBeVisible()
  await expect(list).toHaveValue('wlc')
})

for (const theme of ['light', 'dark'] as const) {
  test(`axe finds nothing in the ${theme} settings, and a phone shows them whole`, async ({ playground, page }) => {
    await page.emulateMedia({ colorScheme: theme })
    await playground.open({ lang: 'en' })
    const sheet = await openSettings(playground)
    await turn(sheet, '--node-monitor-grace-period', '20s')
    await turn(sheet, '--max-endpoints-per-slice', 'many')
    await expect(sheet.getByRole('alert')).toBeVisible()
    const more = sheet.getByRole('button', { name: 'More' })
    while ((await more.count()) > 0) await more.first().click()
    const { violations } = await new AxeBuilder({ page })
      .include('[role="dialog"]')
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
      .analyze()
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(node => node.target.join(' ')).join(', ')}`)).toEqual(
      [],
    )
    await page.setViewportSize({ width: 390, height: 844 })
    const box = await sheet.boundingBox()
    expect(box).toMatchObject({ x: 0, width: 390 })
    expect(await sheet.evaluate(element => element.scrollWidth <= element.clientWidth)).toBe(true)
  })
}
