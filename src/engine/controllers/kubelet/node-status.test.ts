import { expect, test } from 'vitest'
import { withDefaults } from '../../api/defaults.ts'
import type { Node } from '../../api/node/node.ts'
import { machineStatus, saysMore } from './node-status.ts'

const NOW = '2026-01-01T00:00:00Z'

test('a kubelet says what the server keeps blank, and leaves what somebody said', () => {
  const draft = { metadata: { name: 'n1' }, spec: {}, status: { nodeInfo: { osImage: 'Own' } } } as unknown as Node
  const node = withDefaults('Node', draft)
  expect(node.status?.nodeInfo).toMatchObject({ kubeletVersion: '', osImage: 'Own' })
  const status = machineStatus(node, { now: NOW, maxPods: 110, shuttingDown: false, networkDown: false })
  expect(status.nodeInfo).toMatchObject({ kubeletVersion: 'v1.34.4', osImage: 'Own', architecture: 'amd64' })
  expect(saysMore({ ...status, nodeInfo: node.status?.nodeInfo }, status)).toBe(true)
  expect(saysMore(status, status)).toBe(false)
})
