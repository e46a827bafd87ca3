// The outermost element of every card: what scripts find it by, what the keyboard and the pointer do with it, and how it
// looks when selected or when it is only the ghost of a card that left.

import { useEffect, useRef, type CSSProperties, type KeyboardEvent, type ReactNode } from 'react'
import { useStore } from 'zustand'
import { cx } from '../kit/index.ts'
import { useWorkspace } from '../state/hooks.ts'
import { workspace } from '../state/workspace.ts'
import styles from './CardFrame.module.css'
import { useGraph } from './graph-context.ts'

interface CardFrameProps {
  /** View id of what a click selects. */
  readonly selects: string
  /** Id of the card itself, where it differs (a name selects its Service). */
  readonly id?: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
  /** Accessible name: kind, name and state in words. */
  readonly label: string
  readonly ghost: boolean
  readonly className?: string | undefined
  readonly style?: CSSProperties | undefined
  /** More `data-…` attributes; left out on a ghost. */
  readonly data?: Readonly<Record<`data-${string}`, string | undefined>>
  /** What Enter and a click do instead of selecting. */
  readonly onOpen?: (() => void) | undefined
  readonly children: ReactNode
}

export function CardFrame(props: CardFrameProps) {
  if (props.ghost) {
    return (
      <div
        className={cx(styles.card, styles.ghost, props.className)}
        style={props.style}
        data-ghost=""
        aria-hidden="true"
      >
        {props.children}
      </div>
    )
  }
  return <LivingCard {...props} />
}

function LivingCard({
  selects,
  kind,
  namespace,
  name,
  label,
  className,
  style,
  data,
  onOpen,
  children,
  id = selects,
}: CardFrameProps) {
  const { store } = useGraph()
  // A name leads to its Service, but what is selected then is the Service.
  const selected = useWorkspace(state => id === selects && state.selected === selects)
  const reachable = useStore(store, state => (state.focused ?? state.scene?.placed[0]?.card.id) === id)
  const element = useRef<HTMLDivElement>(null)
  // A group that was folded again takes back the focus of the button that folded it.
  useEffect(() => {
    if (store.getState().focused === id && document.activeElement === document.body) {
      element.current?.focus({ preventScroll: true })
    }
  }, [store, id])
  const act = onOpen ?? (() => workspace.setState({ selected: selects }))
  const onKeyDown = (event: KeyboardEvent): void => {
    // Space belongs to the clock; only Enter acts on a card.
    if (event.key !== 'Enter') return
    event.preventDefault()
    act()
  }
  return (
    <div
      {...data}
      ref={element}
      className={cx(styles.card, selected && styles.selected, className)}
      style={style}
      data-kind={kind}
      data-namespace={namespace}
      data-name={name}
      data-card={id}
      role="button"
      tabIndex={reachable ? 0 : -1}
      aria-pressed={onOpen ? undefined : selected}
      aria-expanded={onOpen ? false : undefined}
      aria-label={label}
      onClick={event => {
        event.stopPropagation()
        act()
      }}
      onKeyDown={onKeyDown}
      onFocus={() => {
        store.focusCard(id)
        workspace.setState({ hovered: selects })
      }}
      onBlur={() => workspace.setState(state => (state.hovered === selects ? { hovered: null } : state))}
      onPointerEnter={() => workspace.setState({ hovered: selects })}
      onPointerLeave={() => workspace.setState(state => (state.hovered === selects ? { hovered: null } : state))}
    >
      {children}
    </div>
  )
}
