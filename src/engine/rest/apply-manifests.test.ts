import { describe, expect, test } from 'vitest'
import { DEFAULT_SETTINGS } from '../api/cluster-settings.ts'
import { Random } from '../kernel/rng.ts'
import { canonicalJson } from '../kernel/json.ts'
import { DEFAULT_EPOCH_MS } from '../kernel/timestamp.ts'
import { ClusterStore } from '../store/index.ts'
import { applyManifests, type AppliedManifests, type ManifestOutcome, type ManifestProblem } from './index.ts'

function newStore(seed = 1): ClusterStore {
  const store = new ClusterStore({
    random: new Random(seed),
    settings: () => DEFAULT_SETTINGS,
    wallMs: () => DEFAULT_EPOCH_MS,
  })
  store.client('test').create('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } })
  return store
}

function apply(
  store: ClusterStore,
  text: string,
  previous: AppliedManifests = [],
  dryRunOnly = false,
): ManifestOutcome {
  return applyManifests({ store, text, previous, dryRunOnly })
}

function stateOf(outcome: ManifestOutcome): AppliedManifests {
  expect(outcome.problems.filter(problem => problem.severity === 'error')).toEqual([])
  return outcome.ok ? outcome.state : []
}

function results(outcome: ManifestOutcome): string[] {
  return outcome.ok
    ? outcome.applied.map(one => `${one.kind}/${one.name} ${one.result}`)
    : outcome.problems.map(one => one.message)
}

function firstProblem(text: string, store = newStore()): ManifestProblem {
  const outcome = apply(store, text)
  const [problem] = outcome.problems
  if (!problem) throw new Error('no problem found')
  return problem
}

/** The one problem of a text: `underlined text | message`. */
function problemOf(text: string): string {
  const outcome = apply(newStore(), text)
  return outcome.problems.map(({ from, to, message }) => `${text.slice(from, to)} | ${message}`).join('\n')
}

/** The text with a problem's fix carried out. */
function mended(text: string): string {
  const { fix } = firstProblem(text)
  if (!fix) throw new Error('no fix offered')
  return fix.edits
    .toReversed()
    .reduce((changed, edit) => changed.slice(0, edit.from) + edit.insert + changed.slice(edit.to), text)
}

const SERVICE = `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
`

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  selector:
    matchLabels: { app: web }
  template:
    metadata:
      labels: { app: web }
    spec:
      containers:
        - name: web
          image: nginx
          ports:
            - containerPort: 8080
`

describe('a text that is good', () => {
  test('brings its objects in order', () => {
    expect(results(apply(newStore(), `${SERVICE}---\n${DEPLOYMENT}`))).toEqual([
      'Service/web created',
      'Deployment/web created',
    ])
  })

  test('applied again changes nothing and keeps every resourceVersion', () => {
    const store = newStore()
    const text = `${SERVICE}---\n${DEPLOYMENT}`
    const state = stateOf(apply(store, text))
    const before = canonicalJson(store.save())
    expect(results(apply(store, text, state))).toEqual(['Service/web unchanged', 'Deployment/web unchanged'])
    expect(canonicalJson(store.save())).toBe(before)
  })

  test('deletes what an earlier text brought and this one lacks, and nothing else', () => {
    const store = newStore()
    const state = stateOf(apply(store, `${SERVICE}---\n${DEPLOYMENT}`))
    store.client('someone').create('Endpoints', { apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'other' } })
    expect(results(apply(store, SERVICE, state))).toEqual(['Deployment/web deleted', 'Service/web unchanged'])
    expect(store.client('test').get('Endpoints', 'default', 'other')).toBeDefined()
  })

  test('keeps what the server allocated when the manifest is silent', () => {
    const store = newStore()
    const nodePort = SERVICE.replace('spec:', 'spec:\n  type: NodePort')
    const state = stateOf(apply(store, nodePort))
    const before = store.client('test').get('Service', 'default', 'web')
    const outcome = apply(store, nodePort.replace('port: 80', 'port: 81'), state)
    expect(results(outcome)).toEqual(['Service/web configured'])
    const after = store.client('test').get('Service', 'default', 'web')
    expect(after?.spec.clusterIP).toBe(before?.spec.clusterIP)
    expect(after?.spec.ports?.[0]?.nodePort).toBe(before?.spec.ports?.[0]?.nodePort)
    expect(after?.spec.ports?.[0]?.targetPort).toBe(81)
  })

  test('removes a field that an earlier manifest had and this one lacks', () => {
    const store = newStore()
    const state = stateOf(apply(store, SERVICE.replace('spec:', 'spec:\n  publishNotReadyAddresses: true')))
    apply(store, SERVICE, state)
    expect(store.client('test').get('Service', 'default', 'web')?.spec.publishNotReadyAddresses).toBeUndefined()
  })

  test('keeps a label that someone else set, and takes back one that it set itself', () => {
    const store = newStore()
    const labelled = SERVICE.replace('  name: web', '  name: web\n  labels: { mine: a, stays: c }')
    const state = stateOf(apply(store, labelled))
    const client = store.client('test')
    const live = client.get('Service', 'default', 'web')
    if (!live) throw new Error('not there')
    client.update('Service', {
      ...live,
      metadata: { ...live.metadata, labels: { ...live.metadata.labels, theirs: 'b' } },
    })
    apply(store, labelled.replace('mine: a, ', ''), state)
    expect(client.get('Service', 'default', 'web')?.metadata.labels).toEqual({ theirs: 'b', stays: 'c' })
  })

  test('lets replicas be, when the manifest is silent about them', () => {
    const store = newStore()
    const silent = DEPLOYMENT.replace('  replicas: 3\n', '')
    const state = stateOf(apply(store, silent))
    const client = store.client('test')
    const live = client.get('Deployment', 'default', 'web')
    if (!live) throw new Error('not there')
    client.update('Deployment', { ...live, spec: { ...live.spec, replicas: 5 } })
    apply(store, silent.replace('nginx', 'nginx:1'), state)
    expect(client.get('Deployment', 'default', 'web')?.spec.replicas).toBe(5)
  })

  test('sets replicas back to what the manifest says', () => {
    const store = newStore()
    const state = stateOf(apply(store, DEPLOYMENT))
    const client = store.client('test')
    const live = client.get('Deployment', 'default', 'web')
    if (!live) throw new Error('not there')
    client.update('Deployment', { ...live, spec: { ...live.spec, replicas: 5 } })
    apply(store, DEPLOYMENT, state)
    expect(client.get('Deployment', 'default', 'web')?.spec.replicas).toBe(3)
  })

  test('changes the strategy of a Deployment as a whole', () => {
    const store = newStore()
    const state = stateOf(apply(store, DEPLOYMENT))
    const outcome = apply(
      store,
      DEPLOYMENT.replace('spec:\n  replicas', 'spec:\n  strategy: { type: Recreate }\n  replicas'),
      state,
    )
    expect(results(outcome)).toEqual(['Deployment/web configured'])
    expect(store.client('test').get('Deployment', 'default', 'web')?.spec.strategy).toEqual({ type: 'Recreate' })
  })

  test('lets a renamed Service keep its node port', () => {
    const store = newStore()
    const fixed = SERVICE.replace('spec:', 'spec:\n  type: NodePort').replace(
      'port: 80',
      'port: 80\n      nodePort: 30080',
    )
    const state = stateOf(apply(store, fixed))
    const outcome = apply(store, fixed.replace('name: web', 'name: shop'), state)
    expect(results(outcome)).toEqual(['Service/web deleted', 'Service/shop created'])
  })

  test('changes the type of a Service back and forth', () => {
    const store = newStore()
    let state = stateOf(apply(store, SERVICE))
    for (const type of ['NodePort', 'LoadBalancer', 'ClusterIP', 'NodePort']) {
      state = stateOf(apply(store, SERVICE.replace('spec:', `spec:\n  type: ${type}`), state))
      expect(store.client('test').get('Service', 'default', 'web')?.spec.type).toBe(type)
    }
  })

  test('becomes ExternalName and gives its address back', () => {
    const store = newStore()
    const state = stateOf(apply(store, SERVICE))
    const external =
      'apiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: { type: ExternalName, externalName: example.com }\n'
    stateOf(apply(store, external, state))
    const { spec } = store.client('test').get('Service', 'default', 'web') ?? {}
    expect(spec).toEqual({ type: 'ExternalName', externalName: 'example.com', sessionAffinity: 'None' })
  })

  test('makes a namespace and what is in it', () => {
    const text = `apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n---\n${SERVICE.replace('name: web', 'name: web\n  namespace: shop')}`
    const store = newStore()
    const state = stateOf(apply(store, text))
    expect(results(apply(store, '', state))).toEqual(['Namespace/shop deleted'])
    expect(store.client('test').list('Service')).toEqual([])
  })

  test('takes what was copied from a cluster', () => {
    const copied = SERVICE.replace(
      'metadata:',
      'metadata:\n  uid: abc\n  resourceVersion: "999"\n  creationTimestamp: "2020-01-01T00:00:00Z"',
    )
    expect(results(apply(newStore(), `${copied}status:\n  loadBalancer: {}\n`))).toEqual(['Service/web created'])
  })

  test('empty, or of comments alone, brings nothing', () => {
    expect(apply(newStore(), '')).toMatchObject({ ok: true, documents: 0, applied: [] })
    expect(apply(newStore(), '# nothing\n---\n---\n# at all\n')).toMatchObject({ ok: true, documents: 0, applied: [] })
  })

  test('of a List brings its items', () => {
    const list = `apiVersion: v1\nkind: List\nitems:\n- ${SERVICE.trimEnd().replaceAll('\n', '\n  ')}\n`
    expect(results(apply(newStore(), list))).toEqual(['Service/web created'])
  })

  test('only tried changes nothing, not even the random numbers to come', () => {
    const store = newStore()
    const before = canonicalJson(store.save())
    expect(results(apply(store, SERVICE, [], true))).toEqual(['Service/web created'])
    expect(canonicalJson(store.save())).toBe(before)
    const other = newStore()
    apply(store, SERVICE)
    apply(other, SERVICE)
    expect(canonicalJson(store.save())).toBe(canonicalJson(other.save()))
  })

  test('tells the watchers after all is done, in order', () => {
    const store = newStore()
    const seen: string[] = []
    const client = store.client('watcher')
    client.watch(['Service', 'Deployment'], event => {
      seen.push(`${event.type} ${event.kind} with ${client.list('Deployment').length} Deployments`)
    })
    apply(store, `${SERVICE}---\n${DEPLOYMENT}`)
    expect(seen).toEqual(['ADDED Service with 1 Deployments', 'ADDED Deployment with 1 Deployments'])
  })
})

describe('one mistake keeps the whole text out', () => {
  test('and the cluster is untouched', () => {
    const store = newStore()
    const state = stateOf(apply(store, SERVICE))
    const before = canonicalJson(store.save())
    const events: string[] = []
    store.client('watcher').watch(['Service', 'Deployment'], event => events.push(event.type))
    const outcome = apply(store, `${DEPLOYMENT}---\n${SERVICE.replace('port: 80', 'port: 0')}`, state)
    expect(outcome.ok).toBe(false)
    expect(canonicalJson(store.save())).toBe(before)
    expect(events).toEqual([])
  })

  test('and all mistakes of all documents are told at once, in order of place', () => {
    const text = `${SERVICE.replace('port: 80', 'port: 0')}---\n${DEPLOYMENT.replace('replicas: 3', 'replicas: -1')}`
    expect(problemOf(text)).toBe(
      [
        '0 | spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive',
        '-1 | spec.replicas: Invalid value: -1: must be greater than or equal to 0',
      ].join('\n'),
    )
  })

  test('two Services of one text cannot have one node port', () => {
    const one = SERVICE.replace('spec:', 'spec:\n  type: NodePort').replace(
      'port: 80',
      'port: 80\n      nodePort: 30080',
    )
    expect(problemOf(`${one}---\n${one.replace('name: web', 'name: shop')}`)).toBe(
      '30080 | spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated',
    )
  })
})

describe('each mistake stands at its place', () => {
  const cases: readonly [string, string, string][] = [
    [
      'a port out of range',
      SERVICE.replace('port: 80', 'port: 0'),
      '0 | spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive',
    ],
    ['no ports', SERVICE.replace(/ {2}ports:[^]*/, ''), 'spec | spec.ports: Required value'],
    [
      'a port that is a text',
      SERVICE.replace('port: 80', 'port: "80"'),
      '"80" | json: cannot unmarshal string into Go struct field ServicePort.spec.ports.port of type int32',
    ],
    [
      'an unknown field',
      SERVICE.replace('port: 80', 'prot: 80\n      port: 80'),
      'prot | strict decoding error: unknown field "spec.ports[0].prot"',
    ],
    [
      'a label that is a number',
      SERVICE.replace('app: web', 'app: 1'),
      '1 | json: cannot unmarshal number into Go struct field ServiceSpec.spec.selector of type string',
    ],
    [
      'a label that YAML 1.1 takes for a boolean',
      SERVICE.replace('app: web', 'app: yes'),
      'yes | json: cannot unmarshal bool into Go struct field ServiceSpec.spec.selector of type string',
    ],
    [
      'a protocol in small letters',
      SERVICE.replace('port: 80', 'port: 80\n      protocol: tcp'),
      'tcp | spec.ports[0].protocol: Unsupported value: "tcp": supported values: "SCTP", "TCP", "UDP"',
    ],
    [
      'an unknown kind',
      SERVICE.replace('kind: Service', 'kind: service'),
      'service | no matches for kind "service" in version "v1"',
    ],
    [
      'a kind in the wrong version',
      DEPLOYMENT.replace('apps/v1', 'v1'),
      'v1 | no matches for kind "Deployment" in version "v1"',
    ],
    [
      'a kind of a list',
      SERVICE.replace('kind: Service', 'kind: [Service]'),
      'kind | json: cannot unmarshal array into Go struct field kind of type string',
    ],
    ['no kind', SERVICE.replace('kind: Service\n', ''), 'apiVersion: v1 | kind not set'],
    ['no apiVersion', SERVICE.replace('apiVersion: v1\n', ''), 'kind: Service | apiVersion not set'],
    [
      'no name',
      SERVICE.replace('  name: web', '  labels: {}'),
      'metadata | metadata.name: Required value: name is required',
    ],
    [
      'a document that is a list',
      '- a\n- b\n',
      '- a | the object provided is unrecognized (must be an object with apiVersion and kind)',
    ],
    [
      'a document that is a word',
      'hello\n',
      'hello | the object provided is unrecognized (must be an object with apiVersion and kind)',
    ],
    [
      'a key that stands twice',
      SERVICE.replace('  name: web', '  name: web\n  name: web'),
      'name | key "name" already set in map',
    ],
    ['an object that stands twice', `${SERVICE}---\n${SERVICE}`, 'web | Service "web" stands twice in this text'],
    [
      'a missing namespace',
      SERVICE.replace('name: web', 'name: web\n  namespace: shop'),
      'shop | namespaces "shop" not found',
    ],
    [
      'a bad label value in a map',
      SERVICE.replace('name: web', 'name: web\n  labels:\n    good: a\n    bad: a b'),
      "a b | metadata.labels: Invalid value: \"a b\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
    ],
    [
      'an address outside the range, written as clusterIP alone',
      SERVICE.replace('spec:', 'spec:\n  clusterIP: 1.2.3.4'),
      '1.2.3.4 | spec.clusterIPs: Invalid value: ["1.2.3.4"]: failed to allocate IP 1.2.3.4: the provided network does not match the current range',
    ],
    [
      'template labels that do not match',
      DEPLOYMENT.replace('      labels: { app: web }', '      labels: { app: api }'),
      'labels | spec.template.metadata.labels: Invalid value: {"app":"api"}: `selector` does not match template `labels`',
    ],
    ['an alias of nothing', SERVICE.replace('app: web', 'app: *a'), "*a | unknown anchor 'a' referenced"],
  ]
  test.each(cases)('%s', (_name, text, expected) => {
    expect(problemOf(text)).toBe(expected)
  })

  test('line and column count from one', () => {
    expect(firstProblem(SERVICE.replace('port: 80', 'port: 0'))).toMatchObject({
      line: 9,
      column: 13,
      document: 0,
      object: 'Service/web',
      field: 'spec.ports[0].port',
      severity: 'error',
      plain: { key: 'problem.portRange', values: {} },
    })
  })

  test('an immutable field is refused where it changes', () => {
    const store = newStore()
    const state = stateOf(apply(store, DEPLOYMENT))
    const changed = DEPLOYMENT.replaceAll('app: web', 'app: api')
    const outcome = apply(store, changed, state)
    expect(outcome.problems).toMatchObject([{ field: 'spec.selector', plain: { key: 'problem.immutable' } }])
    expect(changed.slice(outcome.problems[0]?.from, outcome.problems[0]?.to)).toBe('selector')
  })

  test('`__proto__` is an unknown field like any other, and harms nobody', () => {
    const text = SERVICE.replace('spec:', 'spec:\n  __proto__: { polluted: true }')
    expect(problemOf(text)).toBe('__proto__ | strict decoding error: unknown field "spec.__proto__"')
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })
})

describe('a fix is offered where one is sure', () => {
  const cases: readonly [string, string, string][] = [
    ['the nearest field', SERVICE.replace('selector:', 'selectr:'), SERVICE],
    ['the nearest kind', SERVICE.replace('kind: Service', 'kind: Sevrice'), SERVICE],
    ['the version of the kind', DEPLOYMENT.replace('apps/v1', 'extensions/v1beta1'), DEPLOYMENT],
    ['quotes', SERVICE.replace('app: web', 'app: 8'), SERVICE.replace('app: web', 'app: "8"')],
    ['no quotes', SERVICE.replace('port: 80', "port: '80'"), SERVICE],
    [
      'the protocol in capitals',
      SERVICE.replace('port: 80', 'port: 80\n      protocol: udp'),
      SERVICE.replace('port: 80', 'port: 80\n      protocol: UDP'),
    ],
    [
      'the port of the Pods',
      `${SERVICE.replace('port: 80', 'port: 80\n      targetPort: 80800')}---\n${DEPLOYMENT}`,
      `${SERVICE.replace('port: 80', 'port: 80\n      targetPort: 8080')}---\n${DEPLOYMENT}`,
    ],
    [
      'a name in small letters',
      SERVICE.replace('name: web', 'name: My_Web'),
      SERVICE.replace('name: web', 'name: my-web'),
    ],
    [
      'spaces for tabs',
      'apiVersion: v1\nkind: Namespace\nmetadata:\n\tname: shop\n',
      'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n',
    ],
  ]
  test.each(cases)('%s', (_name, text, expected) => {
    expect(mended(text)).toBe(expected)
    expect(apply(newStore(), expected).ok).toBe(true)
  })

  test('and none where the port could be one of two', () => {
    const two = DEPLOYMENT.replace(
      '- containerPort: 8080',
      '- { containerPort: 8080, name: a }\n            - { containerPort: 9090, name: b }',
    )
    expect(
      firstProblem(`${SERVICE.replace('port: 80', 'port: 80\n      targetPort: 80800')}---\n${two}`).fix,
    ).toBeUndefined()
  })

  test('and none for the port of the Service, which the Pods do not decide', () => {
    expect(firstProblem(`${SERVICE.replace('port: 80', 'port: 0')}---\n${DEPLOYMENT}`).fix).toBeUndefined()
  })

  test('and none for a kind that lives elsewhere', () => {
    const problem = firstProblem('apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: a }\n')
    expect(problem).toMatchObject({ plain: { key: 'problem.kindNotServed', values: { kind: 'Ingress' } } })
    expect(problem.fix).toBeUndefined()
  })
})

describe('warnings', () => {
  test('do not keep the text out', () => {
    const text =
      'apiVersion: v1\nkind: Endpoints\nmetadata: { name: web }\nsubsets:\n- addresses: [{ ip: 192.0.2.1 }]\n  ports: [{ port: 80 }]\n'
    const outcome = apply(newStore(), text)
    expect(outcome.ok).toBe(true)
    expect(outcome.problems).toMatchObject([
      {
        severity: 'warning',
        message: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
        plain: { key: 'problem.deprecated', values: { kind: 'Endpoints', instead: 'EndpointSlice' } },
      },
    ])
  })
})

describe('texts that are made to hurt', () => {
  test.each<[string, string, string]>([
    ['too large', `# ${'x'.repeat(4_000_000)}`, 'problem.tooLarge'],
    ['too deep', `a: ${'['.repeat(50_000)}`, 'problem.tooDeep'],
    [
      'an alias bomb',
      `a: &a [x,x,x,x,x,x,x,x,x,x]\n${'bcdefghij'
        .split('')
        .map(
          (name, index) =>
            `${name}: &${name} [${Array.from({ length: 10 }, () => `*${'abcdefghi'[index]}`).join(',')}]`,
        )
        .join('\n')}\n`,
      'problem.aliases',
    ],
    ['more errors than anyone reads', `a: "${'\\x'.repeat(300_000)}`, 'problem.yamlSyntax'],
    ['a document of too many tokens', `a: [${'b,'.repeat(300_000)}]`, 'problem.tooLarge'],
    ['aliases that merge without end', `x: &x { a: 1 }\ny:\n${'  <<: *x\n'.repeat(30_000)}`, 'problem.aliases'],
    [
      'more bad labels than fit on the stack',
      `apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec:\n  containers: [{ name: c, image: x }]\n  nodeSelector: {${Array.from({ length: 70_000 }, (_, i) => `a ${i}: a b`).join(',')}}\n`,
      'problem.nameForm',
    ],
    [
      'an anchor within itself',
      'apiVersion: v1\nkind: Service\nmetadata: &m { name: a, labels: *m }\n',
      'problem.aliases',
    ],
  ])('%s', (_name, text, key) => {
    const store = newStore()
    const before = canonicalJson(store.save())
    const outcome = apply(store, text)
    expect(outcome.ok).toBe(false)
    expect(outcome.problems.map(problem => problem.plain.key)).toContain(key)
    expect(canonicalJson(store.save())).toBe(before)
  })
})
