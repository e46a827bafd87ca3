// Editing YAML live: what parses is applied, what does not leaves the last good cluster running and says where and why.

import { expect, test } from './fixtures.ts'

const SERVICE = `apiVersion: v1
kind: Service
metadata:
  name: my-service
spec:
  selector:
    app: MyApp
  ports:
    - protocol: TCP
      port: 80
      targetPort: 9376
`

test.beforeEach(async ({ playground }) => {
  await playground.open({ lang: 'en' })
  await expect(playground.readyPods()).toHaveCount(3)
  await expect(playground.editor.getByRole('textbox')).toHaveCount(1)
})

test('a change of the selector takes the endpoints away and back', async ({ playground }) => {
  const text = await playground.writtenText()
  await playground.write(SERVICE.replace('app: MyApp', 'app: myapp'))
  await expect(playground.card('Service', 'my-service')).toContainText('no Pod matches')
  await playground.write(SERVICE)
  // The Deployment is gone from the text, and with it its Pods.
  await expect(playground.readyPods()).toHaveCount(0, { timeout: 60_000 })
  await playground.write(text)
  await expect(playground.readyPods()).toHaveCount(3, { timeout: 60_000 })
})

const BROKEN: readonly { readonly name: string; readonly text: string; readonly says: RegExp }[] = [
  {
    name: 'a Service with port 0',
    text: SERVICE.replace('port: 80', 'port: 0'),
    says: /must be between 1 and 65535, inclusive/,
  },
  { name: 'a kind that does not exist', text: SERVICE.replace('kind: Service', 'kind: Servize'), says: /Servize/ },
  {
    name: 'YAML that does not parse',
    text: SERVICE.replace('  selector:', '  selector: ['),
    says: /line|flow|sequence|expected/i,
  },
  { name: 'one name twice', text: `${SERVICE}---\n${SERVICE}`, says: /my-service/ },
  {
    name: 'an alias that holds itself',
    text: 'apiVersion: v1\nkind: Service\nmetadata: &m\n  name: x\n  labels: *m\n',
    says: /alias/i,
  },
]

for (const { name, text, says } of BROKEN) {
  test(`${name} is refused at its place and the cluster runs on`, async ({ playground, page }) => {
    const pods = await playground.podNames()
    await playground.write(text)
    await expect(page.getByTestId('editor-status')).toContainText('not applied')
    await expect(page.getByTestId('problem').first()).toContainText(says)
    expect(await playground.podNames()).toEqual(pods)
    const now = await playground.nowMs()
    await playground.reach(now + 1_000)
  })
}

test('ten megabytes of text are refused in words, and nothing hangs', async ({ playground, page }) => {
  const box = playground.editor.getByRole('textbox')
  await box.click()
  await box.press('ControlOrMeta+a')
  await box.evaluate(element => {
    const data = new DataTransfer()
    data.setData('text/plain', 'a: b # ten megabytes\n'.repeat(500_000))
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
  })
  await expect(page.getByTestId('editor-status')).toContainText('not applied', { timeout: 30_000 })
  await expect(page.getByTestId('problem').first()).toContainText(/MiB|MB/)
  await expect(playground.readyPods()).toHaveCount(3)
  const now = await playground.nowMs()
  await playground.reach(now + 1_000)
})
