import { describe, expect, test } from 'vitest'
import { parseApiPath } from './api-path.ts'

/** `Kind namespace/name/part`, with `-` for what is not there. */
function meaning(path: string): string {
  const found = parseApiPath(path)
  if (found.type !== 'resource') return found.type
  const { info, namespace, name, subresource, watch } = found
  return `${watch ? 'watch ' : ''}${info.kind} ${[namespace, name, subresource].map(one => one || '-').join('/')}`
}

describe('a path means', () => {
  test.each([
    ['/api/v1/services', 'Service -/-/-'],
    ['/api/v1/namespaces/default/services', 'Service default/-/-'],
    ['/api/v1/namespaces/default/services/', 'Service default/-/-'],
    ['/api/v1/namespaces/default/services/web', 'Service default/web/-'],
    ['/api/v1/namespaces/default/services/web/status', 'Service default/web/status'],
    ['/api/v1/namespaces/default/services/w%65b', 'Service default/web/-'],
    ['/apis/apps/v1/namespaces/default/deployments/web/scale', 'Deployment default/web/scale'],
    ['/apis/discovery.k8s.io/v1/namespaces/default/endpointslices', 'EndpointSlice default/-/-'],
    ['/api/v1/namespaces', 'Namespace -/-/-'],
    ['/api/v1/namespaces/default', 'Namespace -/default/-'],
    ['/api/v1/namespaces/default/status', 'Namespace -/default/status'],
    ['/api/v1/nodes/n1', 'Node -/n1/-'],
    ['/api/v1/namespaces/status/pods', 'Pod status/-/-'],
    ['/api/v1/watch/namespaces/default/services', 'watch Service default/-/-'],
    ['/api/v1/watch/namespaces/default/services/web', 'watch Service default/web/-'],
    ['/api/v1/watch/nodes', 'watch Node -/-/-'],
  ])('%s: %s', (path, expected) => {
    expect(meaning(path)).toBe(expected)
  })
})

describe('there is no such thing in a group that is served', () => {
  test.each([
    '/api/v1/namespaces/default/gizmos',
    '/api/v2/services',
    '/apis/apps/v2/deployments',
    '/api/v1/services/web',
    '/api/v1/namespaces/default/nodes',
    '/api/v1/namespaces/default/services/web/scale',
    '/api/v1/namespaces/default/services/web/status/more',
    '/api/v1/deployments',
  ])('%s', path => {
    expect(meaning(path)).toBe('unknown-resource')
  })
})

test.each(['/nowhere', '/', '/apis/nothing/v1/things', '/api/v1//services', '/api/v1/namespaces/%zz/services'])(
  '%s leads nowhere',
  path => {
    expect(meaning(path)).toBe('nowhere')
  },
)
