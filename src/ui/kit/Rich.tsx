// A sentence from the catalogue with `words like this` set as code. Text never becomes HTML.

import { Fragment } from 'react'
import styles from './Rich.module.css'

export function Rich({ text }: { readonly text: string }) {
  return text.split('`').map((part, index) =>
    // The parts of one text have no identity but their place.
    index % 2 === 1 ? (
      <code key={index} className={styles.code}>
        {part}
      </code>
    ) : (
      <Fragment key={index}>{part}</Fragment>
    ),
  )
}
