// What became of all requests: sent, answered, failed; the failures by cause; and how long answers took.

import { isMessageKey, useT } from '../i18n/index.ts'
import { useSession } from '../state/hooks.ts'
import styles from './RequestTotals.module.css'

export function RequestTotals() {
  const t = useT()
  const totals = useSession(state => state.totals)
  const causes = Object.entries(totals.byCause)
    .filter(([, count]) => count > 0)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  const most = causes[0]?.[1] ?? 1
  return (
    <div className={styles.frame}>
      <div className={styles.panel}>
        <section>
          <h3 className={styles.title}>{t('requests.total')}</h3>
          <dl className={styles.numbers}>
            <Figure name={t('requests.sent')} value={String(totals.sent)} />
            <Figure name={t('requests.answered')} value={String(totals.ok)} />
            <Figure
              name={t('requests.failed')}
              value={totals.failed > 0 ? `× ${totals.failed}` : '0'}
              failed={totals.failed > 0}
            />
          </dl>
        </section>
        <section>
          <h3 className={styles.title}>{t('requests.causes')}</h3>
          {causes.length === 0 && <p className={styles.none}>{t('requests.noFailures')}</p>}
          {causes.map(([cause, count]) => (
            <div key={cause} className={styles.cause} data-cause={cause} data-count={count}>
              <span className={styles.causeName}>
                {causeWord(t, cause)} <span>{t(plainKey(cause))}</span>
              </span>
              <span className={styles.causeCount}>× {count}</span>
              <span className={styles.bar}>
                <i style={{ width: `${(count / most) * 100}%` }} />
              </span>
            </div>
          ))}
        </section>
        <section>
          <h3 className={styles.title}>{t('requests.latency')}</h3>
          {totals.latencyMs === null ? (
            <p className={styles.none}>{t('requests.noLatency')}</p>
          ) : (
            <dl className={styles.numbers}>
              {(['p50', 'p90', 'p99'] as const).map(percentile => (
                <Figure
                  key={percentile}
                  name={percentile}
                  value={t('latency.ms', { value: milliseconds(totals.latencyMs?.[percentile] ?? 0) })}
                />
              ))}
            </dl>
          )}
        </section>
      </div>
    </div>
  )
}

function Figure({
  name,
  value,
  failed = false,
}: {
  readonly name: string
  readonly value: string
  readonly failed?: boolean
}) {
  return (
    <div className={styles.number}>
      <dt>{name}</dt>
      <dd className={failed ? styles.failed : undefined}>{value}</dd>
    </div>
  )
}

function milliseconds(value: number): string {
  return value < 100 ? value.toFixed(1) : String(Math.round(value))
}

function causeWord(t: ReturnType<typeof useT>, cause: string): string {
  const key = `cause.${cause}`
  return isMessageKey(key) ? t(key) : cause
}

function plainKey(cause: string): Parameters<ReturnType<typeof useT>>[0] {
  const key = `cause.${cause}.plain`
  return isMessageKey(key) ? key : 'cause.other.plain'
}
