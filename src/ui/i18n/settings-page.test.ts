// docs/settings.md is written from the table of settings and the words of the page: to renew it, delete it and run this.

import { expect, it } from 'vitest'
import { SETTINGS } from '../../engine/api/cluster-settings.ts'
import { settingBounds, type SettingEntry } from '../../engine/api/setting-types.ts'
import { settingText } from '../../engine/api/setting-values.ts'
import { en } from './en.ts'

const HEAD = `# Settings

What can be turned in a cluster, with its name and default in Kubernetes v1.34. A name is that of a flag of kube-apiserver,
kube-controller-manager or kube-proxy; for the kubelet and the scheduler, which are configured by a file, it is the field
there; what is fixed in Kubernetes, or simply as fast as its machine, has a name of this playground that begins with \`sim-\`.

They are turned in the app under Settings, by \`PATCH /playground/v1/settings\`, and under \`settings\` in a scenario file, where also
those can be set that are laid down when the cluster is made (*at start*). A duration is a number of milliseconds or Go's text
(\`1m30s\`). What was turned holds from the next time it is looked at: a wait that has begun is not made shorter.
`

const TAIL = `
## What is no setting

- Delays, periods and thresholds of probes, \`terminationGracePeriodSeconds\`, \`minReadySeconds\`, surge, unavailability, progress deadline,
  history: fields of the objects.
- \`--concurrent-…-syncs\`: a sync takes no virtual time here, so two never overlap and their number would change nothing.
- The controllers' wait for what they created to show in their caches (five minutes): the caches are always fresh, so there is
  nothing to wait for.
- \`kubectl drain\`'s own poll (1 s): it is the client's.
- How long a \`preStop\` hook takes: what the hook says.
`

function rows(group: SettingEntry['group']): string {
  return Object.entries<SettingEntry>(SETTINGS)
    .filter(([, entry]) => entry.group === group)
    .map(([name, entry]) => {
      const [least, most] = settingBounds(entry)
      const numbers = `${settingText(entry, least)} – ${settingText(entry, most)}`
      const takes = entry.choices?.join(', ') ?? (entry.type === 'text' ? 'text' : numbers)
      const usual = `${settingText(entry, entry.value)}${entry.type === 'seconds' ? ' s' : ''}`
      const words = en[`setting.${name}` as keyof typeof en]
      return `| \`${name}\` | ${usual} | ${takes}${entry.atStart ? ', at start' : ''} | ${words} |`
    })
    .join('\n')
}

it('the page of all settings is as they are', async () => {
  const groups = [...new Set(Object.values<SettingEntry>(SETTINGS).map(({ group }) => group))]
  const tables = groups.map(
    group =>
      `\n## ${en[`settings.group.${group}`]}\n\n| name | default | takes | what it does |\n| --- | --- | --- | --- |\n${rows(group)}\n`,
  )
  await expect(`${HEAD}${tables.join('')}${TAIL}`).toMatchFileSnapshot('../../../docs/settings.md')
})
