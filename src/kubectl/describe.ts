// `kubectl describe`: finds the objects and whatever else their descriptions need, and lays them out.

import { SELECTOR_FLAGS, FILE_FLAGS, type Command, type Run } from './command.ts'
import { describeNode } from './describe/node.ts'
import { Page } from './describe/page.ts'
import {
  describeAny,
  describeConfigMap,
  describeNamespace,
  describeSecret,
  describeServiceAccount,
} from './describe/plain.ts'
import { describePod } from './describe/pod.ts'
import { describeEndpoints, describeService, describeSlice } from './describe/service.ts'
import {
  describeDaemonSet,
  describeDeployment,
  describeReplicaSet,
  describeStatefulSet,
  selectorText,
} from './describe/workload.ts'
import { lastSeen } from './events.ts'
import { Failure, failure, StatusFailure, throwAll } from './failures.ts'
import { isFields, listAt, nameOf, textAt, type Fields } from './fields.ts'
import { readManifests } from './manifests.ts'
import { itemsWithKind, readingOf } from './get.ts'
import { pathOf } from './resources.ts'
import { wantedBy, type Found, type Wanted } from './targets.ts'

export const DESCRIBE: Command = {
  says: 'Show details of a specific resource or group of resources',
  usage: 'kubectl describe TYPE [NAME | -l SELECTOR]',
  flags: {
    ...SELECTOR_FLAGS,
    ...FILE_FLAGS,
    'all-namespaces': { short: 'A', type: 'switch' },
    'show-events': { type: 'switch' },
  },
  run: describe,
}

async function describe(run: Run): Promise<void> {
  if (run.args.length === 0 && !run.flags.has('filename')) {
    throw failure(
      'You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.',
    )
  }
  const wanted: readonly Wanted[] = run.flags.has('filename')
    ? (await readManifests(run, 'describe')).manifests
    : await wantedBy(run, run.args)
  const texts: string[] = []
  const failed: Failure[] = []
  for (const one of wanted) {
    try {
      for (const object of await objectsOf(run, one)) texts.push(await describeOne(run, object))
    } catch (error) {
      if (!(error instanceof StatusFailure)) throw error
      failed.push(error)
    }
  }
  run.api.terminal.out(texts.join('\n\n'))
  if (texts.length === 0 && failed.length === 0) {
    const inOne = wanted.every(({ resource }) => resource.namespaced) && !run.flags.on('all-namespaces')
    run.err(inOne ? `No resources found in ${run.namespace} namespace.` : 'No resources found')
  }
  throwAll(failed)
}

async function objectsOf(run: Run, wanted: Wanted): Promise<readonly Found[]> {
  const read = async (one: Wanted): Promise<readonly Fields[]> =>
    itemsWithKind(await run.api.json(readingOf(run, one)), one.resource)
  const found = await readOrPrefix(wanted, read)
  return found.map(object => ({
    resource: wanted.resource,
    namespace: textAt(object, 'metadata', 'namespace'),
    name: nameOf(object),
    object,
    source: '',
  }))
}

/** A name that is none may be the beginning of several. */
async function readOrPrefix(
  wanted: Wanted,
  read: (one: Wanted) => Promise<readonly Fields[]>,
): Promise<readonly Fields[]> {
  try {
    return await read(wanted)
  } catch (error) {
    if (!(error instanceof StatusFailure) || error.reason !== 'NotFound' || wanted.name === null) throw error
    const all = await read({ ...wanted, name: null })
    const begun = all.filter(one => nameOf(one).startsWith(wanted.name ?? ''))
    if (begun.length === 0) throw error
    return begun
  }
}

async function describeOne(run: Run, found: Found): Promise<string> {
  const page = new Page(run.api.nowMs)
  const kind = found.resource.kind
  await lines(run, page, found)
  const hasEvents = !['ConfigMap', 'Secret', 'Namespace', 'Lease', 'Event'].includes(kind)
  const wantsEvents = !run.flags.has('show-events') || run.flags.on('show-events')
  if (hasEvents && wantsEvents) page.events(await eventsOf(run, found))
  else if (kind === 'ConfigMap' && wantsEvents) page.events(await eventsOf(run, found))
  return page.text()
}

async function lines(run: Run, page: Page, found: Found): Promise<void> {
  const { object, resource, namespace } = found
  switch (resource.kind) {
    case 'Pod':
      return describePod(page, object)
    case 'Service': {
      const labelSelector = `kubernetes.io/service-name=${found.name}`
      return describeService(page, object, await listOf(run, 'endpointslices', namespace, { labelSelector }))
    }
    case 'Endpoints':
      return describeEndpoints(page, object)
    case 'EndpointSlice':
      return describeSlice(page, object)
    case 'Deployment': {
      const sets = await listOf(run, 'replicasets', namespace, { labelSelector: selectorText(object) })
      return describeDeployment(page, object, ownedBy(object, sets))
    }
    case 'ReplicaSet':
      return describeReplicaSet(page, object, await podsOf(run, found))
    case 'StatefulSet':
      return describeStatefulSet(page, object, await podsOf(run, found))
    case 'DaemonSet':
      return describeDaemonSet(page, object, await podsOf(run, found))
    case 'Node':
      return describeNode(page, object, await leaseOf(run, found.name), await podsOn(run, found.name))
    case 'Namespace':
      return describeNamespace(page, object)
    case 'ConfigMap':
      return describeConfigMap(page, object)
    case 'Secret':
      return describeSecret(page, object)
    case 'ServiceAccount':
      return describeServiceAccount(page, object)
    default:
      return describeAny(page, object)
  }
}

async function listOf(
  run: Run,
  type: string,
  namespace: string,
  query: { readonly [name: string]: string },
): Promise<readonly unknown[]> {
  const resource = (await run.resources).get(type)
  return listAt(await run.api.json({ path: pathOf(resource, namespace), query: { ...query, limit: 500 } }), 'items')
}

function ownedBy(owner: Fields, list: readonly unknown[]): readonly unknown[] {
  const uid = textAt(owner, 'metadata', 'uid')
  return list.filter(one => listAt(one, 'metadata', 'ownerReferences').some(ref => textAt(ref, 'uid') === uid))
}

async function podsOf(run: Run, { object, namespace }: Found): Promise<readonly unknown[]> {
  return ownedBy(object, await listOf(run, 'pods', namespace, { labelSelector: selectorText(object) }))
}

async function podsOn(run: Run, node: string): Promise<readonly unknown[]> {
  const fieldSelector = `spec.nodeName=${node},status.phase!=Succeeded,status.phase!=Failed`
  return listOf(run, 'pods', '', { fieldSelector })
}

async function leaseOf(run: Run, node: string): Promise<Fields | string> {
  try {
    return await run.api.json({
      path: `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${encodeURIComponent(node)}`,
    })
  } catch (error) {
    if (error instanceof StatusFailure) return textAt(error.status, 'message')
    throw error
  }
}

async function eventsOf(run: Run, { object, resource, namespace, name }: Found): Promise<readonly unknown[]> {
  const uid = textAt(object, 'metadata', 'uid')
  const fields = [`involvedObject.name=${name}`, `involvedObject.kind=${resource.kind}`]
  const space = namespace === '' ? [] : [`involvedObject.namespace=${namespace}`]
  const ask = (id: string): Promise<readonly unknown[]> =>
    listOf(run, 'events.v1.', namespace, { fieldSelector: [...fields, ...space, `involvedObject.uid=${id}`].join(',') })
  // The kubelet tells of a Node by its name, where others use its uid.
  const found = [...(await ask(uid)), ...(resource.kind === 'Node' ? await ask(name) : [])]
  return found.filter(isFields).sort((a, b) => (lastSeen(a) < lastSeen(b) ? -1 : lastSeen(a) > lastSeen(b) ? 1 : 0))
}
