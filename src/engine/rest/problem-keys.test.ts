import { expect, test } from 'vitest'
import { DEFAULT_SETTINGS } from '../api/cluster-settings.ts'
import { Random } from '../kernel/rng.ts'
import { DEFAULT_EPOCH_MS } from '../kernel/timestamp.ts'
import { ClusterStore } from '../store/index.ts'
import { applyManifests, type ManifestProblem } from './index.ts'
import { FIX_ENGLISH, PROBLEM_ENGLISH, PROBLEM_KEYS, type ProblemKey } from './problem-keys.ts'

const HEAD = 'apiVersion: v1\nkind: Service\nmetadata: { name: web }\n'

function service(spec: string): string {
  return `${HEAD}spec: { ports: [{ port: 80 }], ${spec} }\n`
}

function ports(list: string): string {
  return `${HEAD}spec: { type: NodePort, ports: [${list}] }\n`
}

/** Texts that bring each kind of problem; applied one after the other to a cluster that has a Service `taken`. */
const TEXTS: { readonly [K in ProblemKey]: string } = {
  'problem.yamlSyntax': 'a: b: c\n',
  'problem.tab': 'a:\n\tb: 1\n',
  'problem.duplicateKey': `${HEAD}kind: Service\n`,
  'problem.tooLarge': `# ${'x'.repeat(4_000_000)}`,
  'problem.tooDeep': `a: ${'['.repeat(200)}`,
  'problem.aliases': 'a: &a [*a]\n',
  'problem.notObject': '- a\n',
  'problem.required': HEAD,
  'problem.unknownKind': HEAD.replace('Service', 'Sevrice'),
  'problem.kindNotServed': HEAD.replace('Service', 'Ingress'),
  'problem.wrongApiVersion': HEAD.replace('v1', 'v2'),
  'problem.unknownField': service('selectr: {}'),
  'problem.wrongType': service('type: 1'),
  'problem.labelNotText': service('selector: { app: 1 }'),
  'problem.duplicateName': `${service('')}---\n${service('')}`,
  'problem.duplicateValue': ports('{ name: a, port: 80 }, { name: a, port: 81 }'),
  'problem.portRange': ports('{ port: 0 }'),
  'problem.portName': ports('{ port: 80, targetPort: HTTP }'),
  'problem.nodePortRange': ports('{ port: 80, nodePort: 8080 }'),
  'problem.nodePortTaken': ports('{ port: 80, nodePort: 30080 }'),
  'problem.addressTaken': service('clusterIP: 10.96.0.10'),
  'problem.addressOutside': service('clusterIP: 1.2.3.4'),
  'problem.notAnAddress': service('externalIPs: [foo]'),
  'problem.addressNotAllowed': service('externalIPs: [127.0.0.1]'),
  'problem.nameForm': ports('{ port: 80 }').replace('name: web', 'name: My_Web'),
  'problem.notSupported': service('type: Cluster'),
  'problem.immutable': service('clusterIP: None').replace('name: web', 'name: taken'),
  'problem.notAllowedHere': service('externalTrafficPolicy: Local'),
  'problem.selectorMismatch':
    'apiVersion: apps/v1\nkind: ReplicaSet\nmetadata: { name: r }\nspec: { selector: { matchLabels: { a: b } }, template: { spec: { containers: [{ name: c, image: x }] } } }\n',
  'problem.noNamespace': service('').replace('name: web', 'name: web, namespace: shop'),
  'problem.deprecated': HEAD.replace('Service', 'Endpoints'),
  'problem.ignored': service('externalName: example.com'),
  'problem.other': service('sessionAffinity: ClientIP, sessionAffinityConfig: { clientIP: { timeoutSeconds: 90000 } }'),
}

function problemsOf(text: string): readonly ManifestProblem[] {
  const random = new Random(1)
  const store = new ClusterStore({ random, settings: () => DEFAULT_SETTINGS, wallMs: () => DEFAULT_EPOCH_MS })
  store.client('test').create('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } })
  const taken = ports('{ port: 80, nodePort: 30080 }')
    .replace('name: web', 'name: taken')
    .replace('type:', 'clusterIP: 10.96.0.10, type:')
  expect(applyManifests({ store, text: taken, previous: [] }).ok).toBe(true)
  return applyManifests({ store, text, previous: [] }).problems
}

function namesIn(sentence: string): string[] {
  return [...sentence.matchAll(/\{\{(\w+)\}\}/g)].map(match => match[1] ?? '')
}

test.each(PROBLEM_KEYS)('%s is said of some text, with all the values its sentence names', key => {
  const problems = problemsOf(TEXTS[key])
  expect(problems.map(problem => problem.plain.key)).toContain(key)
  for (const { plain, fix } of problems) {
    expect(Object.keys(plain.values)).toEqual(expect.arrayContaining(namesIn(PROBLEM_ENGLISH[plain.key])))
    if (fix) expect(Object.keys(fix.label.values)).toEqual(expect.arrayContaining(namesIn(FIX_ENGLISH[fix.label.key])))
  }
})
