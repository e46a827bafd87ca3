// What an empty terminal shows: one sentence and three commands to click, of what is in this cluster.

import { useT } from '../i18n/index.ts'
import { useSession } from '../state/hooks.ts'
import type { SessionState } from '../state/session.ts'
import styles from './Terminal.module.css'

export function FirstCommands({ onRun }: { readonly onRun: (line: string) => void }) {
  const t = useT()
  const commands = useSession(firstCommands).split('\n')
  return (
    <div className={styles.first}>
      <p>{t('terminal.empty')}</p>
      <ul>
        {commands.map(line => (
          <li key={line}>
            <button type="button" className={styles.try} onClick={() => onRun(line)}>
              {line}
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** One a line: a selector has to give the same value while nothing has changed. */
function firstCommands({ views }: SessionState): string {
  const all = [...views.values()]
  const service = all.find(view => view.kind === 'Service')
  const [deployment] = all.flatMap(view =>
    view.kind === 'Pod' && view.owner?.kind === 'Deployment' ? [view.owner.name] : [],
  )
  return [
    'kubectl get pods -o wide',
    service ? `kubectl describe service ${service.name}` : 'kubectl get all -A',
    deployment ? `kubectl scale deployment ${deployment} --replicas=5` : 'kubectl get pods -w',
  ].join('\n')
}
