// `kubectl expose` and `kubectl run`: a Service for a workload, and a single Pod.

import { DRY_RUN_FLAGS, FILE_FLAGS, OUTPUT_FLAGS, Run, type Command } from './command.ts'
import { post } from './create.ts'
import { failure, throwAll } from './failures.ts'
import { listAt, mapAt, textAt, type Fields } from './fields.ts'
import { findObjects, type Found } from './targets.ts'
import { tell } from './write.ts'

export const EXPOSE: Command = {
  says: 'Take a replication controller, service, deployment or pod and expose it as a new Kubernetes service',
  usage: 'kubectl expose TYPE NAME [--port=PORT] [--target-port=PORT] [--name=NAME] [--type=NodePort]',
  flags: {
    ...OUTPUT_FLAGS,
    ...FILE_FLAGS,
    ...DRY_RUN_FLAGS,
    port: { type: 'text' },
    'target-port': { type: 'text' },
    protocol: { type: 'text' },
    name: { type: 'text' },
    type: { type: 'text' },
    labels: { short: 'l', type: 'text' },
    selector: { type: 'text' },
    'cluster-ip': { type: 'text' },
    'external-ip': { type: 'text' },
    'load-balancer-ip': { type: 'text' },
    'session-affinity': { type: 'text' },
  },
  run: expose,
}

async function expose(run: Run): Promise<void> {
  // `--selector` is that of the new Service and chooses no object.
  const { found, failures } = await findObjects(withoutSelector(run), run.args)
  throwAll(failures)
  const service = (await run.resources).get('services')
  for (const one of found) {
    const object = serviceFor(run, one)
    const made = await post(run, object, 'kubectl-expose')
    const name = textAt(object, 'metadata', 'name')
    tell(run, { resource: service, name }, made, 'exposed')
  }
}

function withoutSelector(run: Run): Run {
  const { api, command, args, rest } = run
  return new Run({ api, command, args, rest, flags: run.flags.without('selector') })
}

function serviceFor(run: Run, found: Found): Fields {
  const { flags } = run
  const ports = portsFor(run, found)
  const selector = flags.has('selector') ? pairs(flags.text('selector')) : selectorOf(found)
  const labels = flags.has('labels') ? pairs(flags.text('labels')) : mapAt(found.object, 'metadata', 'labels')
  const optional = (name: string, value: unknown): Fields => (value === '' ? {} : { [name]: value })
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: flags.text('name') || found.name,
      namespace: run.namespace,
      ...(Object.keys(labels).length > 0 ? { labels } : {}),
    },
    spec: {
      ports,
      selector,
      ...optional('type', flags.text('type')),
      ...optional('clusterIP', flags.text('cluster-ip')),
      ...optional('loadBalancerIP', flags.text('load-balancer-ip')),
      ...optional('sessionAffinity', flags.text('session-affinity')),
      ...(flags.has('external-ip') ? { externalIPs: [flags.text('external-ip')] } : {}),
    },
    status: { loadBalancer: {} },
  }
}

function selectorOf({ resource, object, name }: Found): Fields {
  switch (resource.kind) {
    case 'Service':
      return mapAt(object, 'spec', 'selector')
    case 'Pod':
      return mapAt(object, 'metadata', 'labels')
    case 'Deployment':
    case 'ReplicaSet':
      return mapAt(object, 'spec', 'selector', 'matchLabels')
    default:
      throw failure(`cannot expose a ${resource.kind} ("${name}")`)
  }
}

function portsFor(run: Run, { resource, object }: Found): readonly Fields[] {
  const { flags } = run
  const template = resource.kind === 'Pod' ? ['spec'] : ['spec', 'template', 'spec']
  const known =
    resource.kind === 'Service'
      ? listAt(object, 'spec', 'ports').map(one => [textAt(one, 'port'), textAt(one, 'protocol')] as const)
      : listAt(object, ...template, 'containers')
          .flatMap(one => listAt(one, 'ports'))
          .map(one => [textAt(one, 'containerPort'), textAt(one, 'protocol')] as const)
  const asked = flags.list('port')
  const numbers = asked.length > 0 ? asked : [...new Set(known.map(([number]) => number))]
  if (numbers.length === 0)
    throw failure("couldn't find port via --port flag or introspection\nSee 'kubectl expose -h' for help and examples")
  const protocols = new Map(known)
  return numbers.map((number, at) => ({
    ...(numbers.length > 1 ? { name: `port-${at + 1}` } : {}),
    port: Number(number),
    protocol: flags.text('protocol') || protocols.get(number) || 'TCP',
    targetPort: numberOrName(flags.text('target-port') || number),
  }))
}

function numberOrName(text: string): number | string {
  return /^\d+$/.test(text) ? Number(text) : text
}

function pairs(text: string): Fields {
  const parts = text.split(',').filter(part => part !== '')
  return Object.fromEntries(parts.map(part => [part.split('=')[0] ?? '', part.slice(part.indexOf('=') + 1)]))
}

export const RUN: Command = {
  says: 'Run a particular image on the cluster',
  usage: 'kubectl run NAME --image=IMAGE [--port=PORT] [--labels=KEY=VALUE] [-- ARG…]',
  flags: {
    ...OUTPUT_FLAGS,
    ...DRY_RUN_FLAGS,
    image: { type: 'text' },
    port: { type: 'text' },
    labels: { short: 'l', type: 'text' },
    env: { type: 'many' },
    restart: { type: 'text' },
    command: { type: 'switch' },
    expose: { type: 'switch' },
  },
  run: runPod,
}

async function runPod(run: Run): Promise<void> {
  const { flags } = run
  const [name] = run.args
  if (name === undefined) throw failure("NAME is required for run\nSee 'kubectl run -h' for help and examples")
  if (!flags.has('image')) throw failure('required flag(s) "image" not set')
  const words = [...run.args.slice(1), ...(run.rest ?? [])]
  const env = flags.all('env').map(one => ({ name: one.split('=')[0] ?? '', value: one.slice(one.indexOf('=') + 1) }))
  const labels = flags.has('labels') ? pairs(flags.text('labels')) : { run: name }
  const pod: Fields = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: run.namespace, labels },
    spec: {
      containers: [
        {
          name,
          image: flags.text('image'),
          ...(words.length > 0 ? { [flags.on('command') ? 'command' : 'args']: words } : {}),
          ...(env.length > 0 ? { env } : {}),
          ...(flags.has('port') ? { ports: [{ containerPort: Number(flags.text('port')) }] } : {}),
          resources: {},
        },
      ],
      dnsPolicy: 'ClusterFirst',
      restartPolicy: flags.text('restart') || 'Always',
    },
    status: {},
  }
  const resources = await run.resources
  if (flags.on('expose')) {
    const number = Number(flags.text('port'))
    if (!flags.has('port')) throw failure('--port must be set when exposing a service')
    const spec = { ports: [{ port: number, protocol: 'TCP', targetPort: number }], selector: labels }
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: run.namespace }, spec }
    tell(run, { resource: resources.get('services'), name }, await post(run, service, 'kubectl-run'), 'created')
  }
  tell(run, { resource: resources.get('pods'), name }, await post(run, pod, 'kubectl-run'), 'created')
}
