// A key as it stands on a keyboard. Beside a button it is decoration: the button's name stays as it is.

import styles from './Kbd.module.css'

export function Kbd({ children, hidden = false }: { readonly children: string; readonly hidden?: boolean }) {
  return (
    <kbd className={styles.kbd} aria-hidden={hidden}>
      {children}
    </kbd>
  )
}
