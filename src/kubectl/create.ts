// `kubectl create`: objects from files, or one of a few kinds from words.

import { DRY_RUN_FLAGS, FILE_FLAGS, OUTPUT_FLAGS, dryRunQuery, type Command, type Run } from './command.ts'
import { Failure, failure, StatusFailure, throwAll } from './failures.ts'
import type { FlagSpecs } from './flags.ts'
import { textAt, withValue, type Fields } from './fields.ts'
import { readManifests } from './manifests.ts'
import { pathOf } from './resources.ts'
import { tell } from './write.ts'

export const CREATE_FLAGS: FlagSpecs = {
  ...OUTPUT_FLAGS,
  ...FILE_FLAGS,
  ...DRY_RUN_FLAGS,
  raw: { type: 'text' },
  'save-config': { type: 'switch' },
  validate: { type: 'text', bare: 'strict' },
}

export const CREATE: Command = {
  says: 'Create a resource from a file or from stdin',
  usage: 'kubectl create -f FILE | kubectl create deployment|service|namespace|configmap|secret|serviceaccount NAME …',
  flags: CREATE_FLAGS,
  run: createFromFiles,
}

async function createFromFiles(run: Run): Promise<void> {
  const [word] = run.args
  if (word !== undefined)
    throw failure(`Unexpected args: [${run.args.join(' ')}]\nSee 'kubectl create -h' for help and examples`)
  if (!run.flags.has('filename')) throw failure('must specify one of -f and -k')
  if (run.flags.has('raw')) {
    const body = run.api.terminal.stdin
    return run.api.terminal.out(await run.api.text({ method: 'POST', path: run.flags.text('raw'), body }))
  }
  const { manifests, failures } = await readManifests(run, 'create')
  const failed: Failure[] = [...failures]
  for (const manifest of manifests) {
    try {
      const made = await post(run, manifest.object, 'kubectl-create', 'Strict')
      tell(run, manifest, made, 'created')
    } catch (error) {
      if (!(error instanceof StatusFailure)) throw error
      failed.push(error.inSource('creating', manifest.source))
    }
  }
  throwAll(failed)
}

/** Sends a new object, or gives it back as it is in a dry run of the client's. */
export async function post(run: Run, object: Fields, manager: string, validation?: string): Promise<Fields> {
  const dryRun = run.dryRun
  if (dryRun === 'client') return object
  const resources = await run.resources
  const resource = resources.ofKind(textAt(object, 'apiVersion'), textAt(object, 'kind'))
  if (!resource) throw failure(`no matches for kind "${textAt(object, 'kind')}"`)
  return run.api.json({
    method: 'POST',
    path: pathOf(resource, textAt(object, 'metadata', 'namespace')),
    query: {
      ...dryRunQuery(dryRun),
      fieldManager: run.flags.text('field-manager') || manager,
      ...(validation === undefined ? {} : { fieldValidation: validationOf(run, validation) }),
    },
    body: object,
  })
}

/** What `--validate` asks of the server. */
export function validationOf(run: Run, otherwise: string): string {
  const given = run.flags.text('validate')
  const words: { readonly [word: string]: string } = {
    false: 'Ignore',
    ignore: 'Ignore',
    warn: 'Warn',
    true: 'Strict',
    strict: 'Strict',
  }
  return words[given] ?? otherwise
}

/** A command that makes one object from its words. */
function maker(options: {
  readonly says: string
  readonly usage: string
  readonly flags: FlagSpecs
  readonly namespaced: boolean
  /** What stands before a refusal: `failed to create deployment`. */
  readonly failing?: string
  readonly make: (run: Run, name: string) => Fields
}): Command {
  return {
    says: options.says,
    usage: options.usage,
    flags: {
      ...OUTPUT_FLAGS,
      ...DRY_RUN_FLAGS,
      ...options.flags,
      'save-config': { type: 'switch' },
      validate: { type: 'text', bare: 'strict' },
    },
    run: async run => {
      const [name = '', more] = run.args
      if (name === '' || more !== undefined) {
        const count = run.args.length
        throw failure(
          `exactly one NAME is required, got ${count}\nSee 'kubectl ${run.command} -h' for help and examples`,
        )
      }
      const bare = options.make(run, name)
      const object = options.namespaced ? withValue(bare, ['metadata', 'namespace'], run.namespace) : bare
      const made = await tryMaking(() => post(run, object, 'kubectl-create', 'Strict'), options.failing)
      const resource = (await run.resources).ofKind(textAt(object, 'apiVersion'), textAt(object, 'kind'))
      if (resource) tell(run, { resource, name }, made, 'created')
    },
  }
}

async function tryMaking(work: () => Promise<Fields>, failing: string | undefined): Promise<Fields> {
  try {
    return await work()
  } catch (error) {
    if (failing === undefined || !(error instanceof StatusFailure)) throw error
    throw failure(`${failing}: ${textAt(error.status, 'message')}`)
  }
}

function port(text: string): number {
  if (!/^\d+$/.test(text)) throw failure(`invalid port "${text}"`)
  return Number(text)
}

export const CREATE_DEPLOYMENT = maker({
  says: 'Create a deployment with the specified name',
  usage: 'kubectl create deployment NAME --image=IMAGE [--replicas=COUNT] [--port=PORT] [-- COMMAND…]',
  flags: { image: { type: 'many' }, replicas: { short: 'r', type: 'text' }, port: { type: 'text' } },
  namespaced: true,
  failing: 'failed to create deployment',
  make: (run, name) => {
    const images = run.flags.list('image')
    if (images.length === 0) throw failure('required flag(s) "image" not set')
    const ports = run.flags.has('port') ? { ports: [{ containerPort: port(run.flags.text('port')) }] } : {}
    const command = run.rest ? { command: run.rest } : {}
    const labels = { app: name }
    const containers = images.map(image => ({ name: containerName(image), image, ...command, ...ports, resources: {} }))
    return {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, labels },
      spec: {
        replicas: Number(run.flags.text('replicas') || 1),
        selector: { matchLabels: labels },
        strategy: {},
        template: { metadata: { labels }, spec: { containers } },
      },
      status: {},
    }
  },
})

/** `my-app` of `registry.example/team/my-app:1@sha256:…`. */
function containerName(image: string): string {
  const last = image.slice(image.lastIndexOf('/') + 1)
  return (last.split(/[:@]/)[0] ?? last).replaceAll('_', '-')
}

export const CREATE_NAMESPACE = maker({
  says: 'Create a namespace with the specified name',
  usage: 'kubectl create namespace NAME',
  flags: {},
  namespaced: false,
  make: (_, name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name }, spec: {}, status: {} }),
})

export const CREATE_SERVICE_ACCOUNT = maker({
  says: 'Create a service account with the specified name',
  usage: 'kubectl create serviceaccount NAME',
  flags: {},
  namespaced: true,
  failing: 'failed to create serviceaccount',
  make: (_, name) => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } }),
})

const DATA_FLAGS: FlagSpecs = {
  'from-literal': { type: 'many' },
  'from-file': { type: 'many' },
  'from-env-file': { type: 'many' },
}

export const CREATE_CONFIG_MAP = maker({
  says: 'Create a config map from a local file, directory or literal value',
  usage: 'kubectl create configmap NAME [--from-literal=KEY=VALUE] [--from-file=[KEY=]FILE]',
  flags: DATA_FLAGS,
  namespaced: true,
  failing: 'failed to create configmap',
  make: (run, name) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, ...named('data', dataOf(run)) }),
})

export const CREATE_SECRET = maker({
  says: 'Create a secret from a local file, directory, or literal value',
  usage: 'kubectl create secret generic NAME [--from-literal=KEY=VALUE] [--from-file=[KEY=]FILE]',
  flags: { ...DATA_FLAGS, type: { type: 'text' } },
  namespaced: true,
  failing: 'failed to create secret',
  make: (run, name) => {
    const data = Object.fromEntries(Object.entries(dataOf(run)).map(([key, value]) => [key, base64(value)]))
    const type = run.flags.has('type') ? { type: run.flags.text('type') } : {}
    return { apiVersion: 'v1', kind: 'Secret', metadata: { name }, ...named('data', data), ...type }
  },
})

function named(field: string, map: { readonly [key: string]: string }): Fields {
  return Object.keys(map).length === 0 ? {} : { [field]: map }
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}

function dataOf(run: Run): { readonly [key: string]: string } {
  const { files } = run.api.terminal
  if (run.flags.has('from-env-file') && (run.flags.has('from-file') || run.flags.has('from-literal'))) {
    throw failure('from-env-file cannot be combined with from-file or from-literal')
  }
  const read = (name: string): string => {
    const text = files.get(name)
    if (text === undefined) throw failure(`error reading ${name}: no such file or directory`)
    return text
  }
  const literals = run.flags.all('from-literal').map(pair => {
    const at = pair.indexOf('=')
    if (at < 1) throw failure(`invalid literal source ${pair}, expected key=value`)
    return [pair.slice(0, at), pair.slice(at + 1).replace(/^(['"])(.*)\1$/s, '$2')] as const
  })
  const whole = run.flags.all('from-file').map(source => {
    const at = source.indexOf('=')
    const name = source.slice(at + 1)
    return [at < 0 ? name.slice(name.lastIndexOf('/') + 1) : source.slice(0, at), read(name)] as const
  })
  const lines = run.flags.all('from-env-file').flatMap(name =>
    read(name)
      .split('\n')
      .filter(line => line.includes('=') && !line.startsWith('#'))
      .map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const),
  )
  return Object.fromEntries([...literals, ...whole, ...lines])
}

function serviceMaker(word: string, type: string): Command {
  return maker({
    says: `Create a ${type} service with the specified name`,
    usage: `kubectl create service ${word} NAME --tcp=PORT[:TARGET]`,
    flags: {
      tcp: { type: 'many' },
      'node-port': { type: 'text' },
      clusterip: { type: 'text' },
      'external-name': { type: 'text' },
    },
    namespaced: true,
    failing: `failed to create ${type} service`,
    make: (run, name) => serviceOf(run, name, type),
  })
}

function serviceOf(run: Run, name: string, type: string): Fields {
  const pairs = run.flags.list('tcp')
  const clusterIP = run.flags.text('clusterip')
  if (type === 'ExternalName' && !run.flags.has('external-name'))
    throw failure('required flag(s) "external-name" not set')
  if (pairs.length === 0 && type !== 'ExternalName' && clusterIP !== 'None') {
    throw failure('at least one tcp port specifier must be provided')
  }
  const ports = pairs.map(pair => {
    const [at = '', target = at] = pair.split(':')
    const nodePort = run.flags.has('node-port') ? { nodePort: port(run.flags.text('node-port')) } : {}
    const targetPort = /^\d+$/.test(target) ? Number(target) : target
    return { name: pair.replace(':', '-'), port: port(at), protocol: 'TCP', targetPort, ...nodePort }
  })
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, labels: { app: name } },
    spec: {
      selector: { app: name },
      type,
      ...(ports.length > 0 ? { ports } : {}),
      ...(clusterIP === '' ? {} : { clusterIP }),
      ...(run.flags.has('external-name') ? { externalName: run.flags.text('external-name') } : {}),
    },
    status: { loadBalancer: {} },
  }
}

/** By the words after `create service`. */
export const CREATE_SERVICES: { readonly [word: string]: Command } = {
  clusterip: serviceMaker('clusterip', 'ClusterIP'),
  nodeport: serviceMaker('nodeport', 'NodePort'),
  loadbalancer: serviceMaker('loadbalancer', 'LoadBalancer'),
  externalname: serviceMaker('externalname', 'ExternalName'),
}
