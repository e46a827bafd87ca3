// What the server is and serves: version, cluster-info, api-resources, api-versions, auth.

import { TableText } from './align.ts'
import { OUTPUT_FLAGS, type Command, type Run } from './command.ts'
import { failure } from './failures.ts'
import { listAt, mapAt, textAt, valueAt, type Fields } from './fields.ts'
import { printerOf } from './output.ts'
import { apiVersionOf, resourceName, type Resource } from './resources.ts'

/** The kubectl whose answers were recorded. */
const CLIENT_VERSION = 'v1.34.4'
const KUSTOMIZE_VERSION = 'v5.7.1'

export const VERSION: Command = {
  says: 'Print the client and server version information',
  usage: 'kubectl version [--client]',
  flags: { client: { type: 'switch' } },
  run: async run => {
    run.out(`Client Version: ${CLIENT_VERSION}`)
    run.out(`Kustomize Version: ${KUSTOMIZE_VERSION}`)
    if (run.flags.on('client')) return
    const told = await run.api.json({ path: '/version' })
    run.out(`Server Version: ${textAt(told, 'gitVersion')}`)
  },
}

export const CLUSTER_INFO: Command = {
  says: 'Display cluster information',
  usage: 'kubectl cluster-info',
  flags: {},
  run: async run => {
    await run.api.text({ path: '/version' })
    run.out(`Kubernetes control plane is running at ${run.api.terminal.server}`)
    run.out('')
    run.out("To further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.")
  },
}

/** What a cluster without a metrics server says. */
export const TOP: Command = {
  says: 'Display resource (CPU/memory) usage',
  usage: 'kubectl top node|pod',
  flags: {},
  run: () => Promise.reject(failure('Metrics API not available')),
}

export const API_VERSIONS: Command = {
  says: 'Print the supported API versions on the server, in the form of "group/version"',
  usage: 'kubectl api-versions',
  flags: {},
  run: async run => {
    const { all } = await run.resources
    for (const version of [...new Set(all.map(apiVersionOf))].sort()) run.out(version)
  },
}

export const API_RESOURCES: Command = {
  says: 'Print the supported API resources on the server',
  usage: 'kubectl api-resources [-o wide|name] [--namespaced=false] [--api-group=GROUP]',
  flags: {
    output: { short: 'o', type: 'text' },
    'api-group': { type: 'text' },
    namespaced: { type: 'switch' },
    'no-headers': { type: 'switch' },
    verbs: { type: 'many' },
    categories: { type: 'many' },
    'sort-by': { type: 'text' },
  },
  run: apiResources,
}

async function apiResources(run: Run): Promise<void> {
  const { flags } = run
  const output = flags.text('output')
  if (!['', 'name', 'wide'].includes(output)) throw failure(`--output ${output} is not available`)
  const isShown = (one: Resource): boolean =>
    (!flags.has('api-group') || one.group === flags.text('api-group')) &&
    (!flags.has('namespaced') || one.namespaced === flags.on('namespaced')) &&
    flags.list('verbs').every(verb => one.verbs.includes(verb)) &&
    flags.list('categories').every(category => one.categories.includes(category))
  const served = (await run.resources).all.filter(isShown)
  const byGroup = [...served].sort((a, b) => compare(a.group, b.group) || compare(a.plural, b.plural))
  const shown = flags.text('sort-by') === 'kind' ? byGroup.sort((a, b) => compare(a.kind, b.kind)) : byGroup
  if (output === 'name') {
    for (const one of shown) run.out(resourceName(one))
    return
  }
  const wide = output === 'wide'
  const head = ['NAME', 'SHORTNAMES', 'APIVERSION', 'NAMESPACED', 'KIND', ...(wide ? ['VERBS', 'CATEGORIES'] : [])]
  const rows = shown.map(one => [
    one.plural,
    one.shortNames.join(','),
    apiVersionOf(one),
    String(one.namespaced),
    one.kind,
    ...(wide ? [[...one.verbs].sort().join(','), one.categories.join(',')] : []),
  ])
  run.api.terminal.out(new TableText().print([...(flags.on('no-headers') ? [] : [head]), ...rows]))
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

export const CAN_I: Command = {
  says: 'Check whether an action is allowed',
  usage: 'kubectl auth can-i VERB TYPE[/NAME] | kubectl auth can-i --list',
  flags: {
    list: { type: 'switch' },
    quiet: { short: 'q', type: 'switch' },
    subresource: { type: 'text' },
    'all-namespaces': { short: 'A', type: 'switch' },
    'no-headers': { type: 'switch' },
  },
  run: canI,
}

async function canI(run: Run): Promise<number> {
  if (run.flags.on('list')) return listRules(run)
  const [verb, what] = run.args
  if (verb === undefined || what === undefined) {
    throw failure(
      "you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.",
    )
  }
  const spec = what.startsWith('/')
    ? { nonResourceAttributes: { path: what, verb } }
    : { resourceAttributes: await attributes(run, verb, what) }
  const answer = await run.api.json({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec },
  })
  const isAllowed = valueAt(answer, 'status', 'allowed') === true
  if (!run.flags.on('quiet')) run.out(isAllowed ? 'yes' : 'no')
  return isAllowed ? 0 : 1
}

async function attributes(run: Run, verb: string, what: string): Promise<Fields> {
  const [type = '', name = ''] = what.split('/')
  const resource = (await run.resources).find(type)
  if (!resource && type !== '*') run.err(`Warning: the server doesn't have a resource type '${type}'\n`)
  if (resource && !resource.namespaced && !run.flags.on('all-namespaces')) {
    const group = resource.group === '' ? '' : ` in group '${resource.group}'`
    run.err(`Warning: resource '${resource.plural}' is not namespace scoped${group}\n`)
  }
  const namespace = run.flags.on('all-namespaces') ? '' : run.namespace
  return {
    verb,
    resource: resource?.plural ?? type,
    group: resource?.group ?? '',
    namespace,
    ...(name === '' ? {} : { name }),
    ...(run.flags.has('subresource') ? { subresource: run.flags.text('subresource') } : {}),
  }
}

async function listRules(run: Run): Promise<number> {
  const answer = await run.api.json({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews',
    body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace: run.namespace } },
  })
  const bracketed = (rule: unknown, field: string): string => `[${listAt(rule, field).map(String).join(' ')}]`
  const resources = listAt(answer, 'status', 'resourceRules').flatMap(rule =>
    listAt(rule, 'resources').map(name => {
      const groups = listAt(rule, 'apiGroups').map(String)
      const full = groups[0] !== undefined && groups[0] !== '' ? `${String(name)}.${groups[0]}` : String(name)
      return [full, '[]', bracketed(rule, 'resourceNames'), bracketed(rule, 'verbs')]
    }),
  )
  const others = listAt(answer, 'status', 'nonResourceRules').map(rule => [
    '',
    bracketed(rule, 'nonResourceURLs'),
    '[]',
    bracketed(rule, 'verbs'),
  ])
  const head = ['Resources', 'Non-Resource URLs', 'Resource Names', 'Verbs']
  run.api.terminal.out(new TableText().print([...(run.flags.on('no-headers') ? [] : [head]), ...resources, ...others]))
  return 0
}

export const WHO_AM_I: Command = {
  says: 'Experimental: Check self subject attributes',
  usage: 'kubectl auth whoami',
  flags: OUTPUT_FLAGS,
  run: async run => {
    const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }
    const answer = await run.api.json({
      method: 'POST',
      path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
      body: review,
    })
    const printer = printerOf(run)
    if (printer) return run.api.terminal.out(printer({ ...review, ...answer }))
    const user = mapAt(answer, 'status', 'userInfo')
    const rows = [
      ['ATTRIBUTE', 'VALUE'],
      ['Username', textAt(user, 'username')],
      ...(textAt(user, 'uid') === '' ? [] : [['UID', textAt(user, 'uid')]]),
      ['Groups', `[${listAt(user, 'groups').map(String).join(' ')}]`],
    ]
    run.api.terminal.out(new TableText().print(rows))
  },
}
