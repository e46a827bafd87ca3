import { expect, it } from 'vitest'
import { translator, word } from '../i18n/index.ts'
import { reasonMessage } from './reason-message.ts'

const t = translator('en')

function check(serviceField: string, podField: string, expected: string): void {
  expect(word(t, reasonMessage({ code: 'selector', message: '', serviceField, podField }))).toBe(expected)
}

it('names the label on both sides', () => {
  check(
    'spec.selector.app: MyApp',
    'metadata.labels.app: frontend',
    'Label `app` is `frontend`; the selector wants `MyApp`.',
  )
})
it('points out that only the case differs', () => {
  check(
    'spec.selector.app: MyApp',
    'metadata.labels.app: myapp',
    'Label `app` is `myapp`; the selector wants `MyApp`. Only the case differs.',
  )
})
it('says when a label is missing, and names the one that was perhaps meant', () => {
  check(
    'spec.selector.app: MyApp',
    'metadata.labels.app: (none)',
    'Label `app` is missing; the selector wants `MyApp`.',
  )
  check(
    'spec.selector.app: MyApp',
    'metadata.labels.App: MyApp',
    'Label `app` is missing; `App` holds `MyApp`. Is one of the two mistyped?',
  )
})
it('knows label keys with dots and slashes', () => {
  check(
    'spec.selector.app.kubernetes.io/name: web',
    'metadata.labels.app.kubernetes.io/name: (none)',
    'Label `app.kubernetes.io/name` is missing; the selector wants `web`.',
  )
})
it('says that a Service without a selector selects nothing', () => {
  check('spec.selector: (none)', '', 'This Service selects no Pods.')
})
