// React's hold on the editor: it opens one in its element and passes on the language. A chunk of its own, loaded after
// the first paint.

import { useEffect, useRef, useState } from 'react'
import { useT } from '../i18n/index.ts'
import { useActs } from '../state/hooks.ts'
import styles from './EditorPane.module.css'
import { openYaml, type YamlController } from './yaml-controller.ts'

export function YamlEditor() {
  const t = useT()
  const acts = useActs()
  const ref = useRef<HTMLDivElement>(null)
  const [controller, setController] = useState<YamlController | null>(null)
  const words = useRef(t)
  useEffect(() => void (words.current = t), [t])
  useEffect(() => {
    if (ref.current === null) return
    const opened = openYaml(ref.current, acts, words.current)
    setController(opened)
    return () => opened.destroy()
  }, [acts])
  useEffect(() => controller?.setWords(t), [controller, t])
  return <div ref={ref} className={styles.editor} />
}
