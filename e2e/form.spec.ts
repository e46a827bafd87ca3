// Form: no accessibility violation, both languages complete, nothing that jumps, all of it on a phone too.

import { AxeBuilder } from '@axe-core/playwright'
import { expect, test } from './fixtures.ts'

for (const theme of ['light', 'dark'] as const) {
  test(`axe finds nothing in the ${theme} workspace, with a Pod selected`, async ({ playground, page }) => {
    await page.emulateMedia({ colorScheme: theme })
    await playground.open({ lang: 'en' })
    await expect(playground.readyPods()).toHaveCount(3)
    await expect(playground.editor.getByRole('textbox')).toHaveCount(1)
    await playground.select(playground.readyPods().first())
    await expect(playground.button('Fail readiness')).toBeVisible()
    await playground.button('Pause').click()
    const { violations } = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
      .analyze()
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(node => node.target.join(' ')).join(', ')}`)).toEqual(
      [],
    )
  })
}

test('Tab alone leads through the page to the graph and writes nothing', async ({ playground, page }) => {
  await playground.open({ lang: 'en' })
  await expect(playground.readyPods()).toHaveCount(3)
  await expect(playground.editor.getByRole('textbox')).toHaveCount(1)
  const text = await playground.writtenText()
  const onCard = page.locator('[data-kind]:focus')
  for (let pressed = 0; pressed < 40 && (await onCard.count()) === 0; pressed++) await page.keyboard.press('Tab')
  await expect(onCard).not.toHaveCount(0)
  expect(await playground.writtenText()).toBe(text)
  await page.keyboard.press('Enter')
  await expect(page.locator('[data-kind]:focus')).toHaveAttribute('aria-pressed', 'true')
})

test('Tab indents what is being typed, and Escape leads out', async ({ playground, page }) => {
  await playground.open({ lang: 'en' })
  const box = playground.editor.getByRole('textbox')
  await box.click()
  await box.press('ControlOrMeta+Home')
  await page.keyboard.type('# a')
  await box.press('Home')
  await box.press('Tab')
  await expect.poll(() => playground.writtenText()).toMatch(/^ {2}# a/)
  await box.press('Escape')
  await box.press('Tab')
  await expect(box).not.toBeFocused()
})

test('中文 is complete and switches at once', async ({ playground, page }) => {
  await playground.open({ lang: 'zh' })
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh')
  await expect(page.getByRole('button', { name: '暂停', exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'EN', exact: true }).click()
  await expect(playground.button('Pause')).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('lang', 'en')
})

test('with reduced motion the requests are still told, and nothing travels', async ({ playground, page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await playground.open()
  await expect(playground.readyPods()).toHaveCount(3)
  const { name } = await playground.podAttributes(playground.readyPods().first())
  await expect.poll(async () => (await playground.requests(name)).ok, { timeout: 30_000 }).toBeGreaterThan(0)
})

test('a phone shows the graph from top to bottom, the clock always, and no sideways scroll', async ({
  playground,
  page,
}) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await playground.open({ lang: 'en' })
  await expect(playground.readyPods()).toHaveCount(3)
  await expect(playground.clock).toBeVisible()
  await page.getByRole('tab', { name: 'YAML' }).click()
  await expect(playground.editor).toBeVisible()
  await expect(playground.clock).toBeVisible()
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  expect(overflow).toBeLessThanOrEqual(0)
})
