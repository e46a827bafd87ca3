// The one button of the page, in three weights, and its icon-only form, which always has a name.

import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react'
import styles from './Button.module.css'
import { cx } from './cx.ts'

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: 'plain' | 'accent' | 'solid'
  readonly ref?: Ref<HTMLButtonElement> | undefined
}

export function Button({ look = 'plain', className, type = 'button', ...rest }: ButtonProps) {
  return <button type={type} className={cx(styles.button, look !== 'plain' && styles[look], className)} {...rest} />
}

interface IconButtonProps extends Omit<ButtonProps, 'look'> {
  readonly name: string
  readonly children: ReactNode
  readonly framed?: boolean
}

export function IconButton({ name, framed = false, className, type = 'button', ...rest }: IconButtonProps) {
  return (
    <button
      type={type}
      aria-label={name}
      title={name}
      className={cx(styles.button, styles.icon, framed && styles.framed, className)}
      {...rest}
    />
  )
}
