// What kube-proxy answers at a Service's health check node port, where load balancers ask which nodes have endpoints: the
// same on any path. A pure function of one node's rules, after pkg/proxy/healthcheck of v1.34. Left out: a proxy that runs
// and has not written its rules for so long that it calls itself unhealthy.

import type { NodeRules } from './compile-rules.ts'

export interface HealthAnswer {
  readonly status: 200 | 503
  /** In the order in which they are sent. */
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string
}

/** Undefined where no Service has this health check node port. */
export function healthCheck(rules: NodeRules, port: number): HealthAnswer | undefined {
  for (const service of rules.services.keys()) {
    const ports = rules.portsOf(service)
    if (port === 0 || !ports.some(({ healthCheckNodePort }) => healthCheckNodePort === port)) continue
    const ready = ports.flatMap(({ local, localIsLeaving }) => (localIsLeaving ? [] : local.map(({ ip }) => ip)))
    return answerOf(service, new Set(ready).size)
  }
  return undefined
}

function answerOf(key: string, localEndpoints: number): HealthAnswer {
  const [namespace = '', name = ''] = key.split('/')
  const lines = [
    '{',
    '\t"service": {',
    `\t\t"namespace": ${JSON.stringify(namespace)},`,
    `\t\t"name": ${JSON.stringify(name)}`,
    '\t},',
    `\t"localEndpoints": ${localEndpoints},`,
    '\t"serviceProxyHealthy": true',
    '}',
  ]
  return {
    status: localEndpoints > 0 ? 200 : 503,
    headers: [
      ['Content-Type', 'application/json'],
      ['X-Content-Type-Options', 'nosniff'],
      ['X-Load-Balancing-Endpoint-Weight', String(localEndpoints)],
    ],
    body: lines.join('\n'),
  }
}
