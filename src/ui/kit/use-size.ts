// The size of an element as it changes, in whole CSS pixels.

import { useEffect, useRef, useState, type RefObject } from 'react'

export interface Size {
  readonly width: number
  readonly height: number
}

/** A ref to put on the element, and its inner size; 0 × 0 until it is known. */
export function useSize<E extends HTMLElement>(): [RefObject<E | null>, Size] {
  const ref = useRef<E>(null)
  const [size, setSize] = useState<Size>({ width: 0, height: 0 })
  useEffect(() => {
    const element = ref.current
    if (element === null) return
    const observer = new ResizeObserver(([entry]) => {
      if (entry === undefined) return
      const next = { width: Math.floor(entry.contentRect.width), height: Math.floor(entry.contentRect.height) }
      setSize(last => (last.width === next.width && last.height === next.height ? last : next))
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return [ref, size]
}
