// An object as `kubectl get -o yaml` prints it, read only, with the editor's colours. The text comes from our own
// printer, so a glance at each line is enough to colour it.

import { Fragment } from 'react'
import { useT } from '../i18n/index.ts'
import styles from './Inspector.module.css'

export function ObjectYaml({ text }: { readonly text: string }) {
  const t = useT()
  return (
    // Scrollable by keyboard, and so in the tab order.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <pre className={styles.yaml} tabIndex={0} aria-label={t('pane.object')}>
      {text.split('\n').map((line, index) => (
        <Fragment key={index}>
          <YamlLine line={line} />
          {'\n'}
        </Fragment>
      ))}
    </pre>
  )
}

function YamlLine({ line }: { readonly line: string }) {
  const match = /^(\s*(?:- )*)([^\s:#][^:]*:)(?:(\s+)(.*))?$/.exec(line)
  if (match === null) return <span className={styles.string}>{line}</span>
  const [, indent = '', key = '', space = '', value = ''] = match
  return (
    <>
      {indent}
      <span className={styles.key}>{key}</span>
      {space}
      <span className={valueClass(value)}>{value}</span>
    </>
  )
}

function valueClass(value: string): string | undefined {
  return /^(-?\d+(\.\d+)?|true|false|null|~)$/.test(value) ? styles.number : styles.string
}
