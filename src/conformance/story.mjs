// How a vector is played: requests through any `fetch`, observations polled through any `sleep`. So the same story runs over HTTP
// against a server (run.mjs) and in-process against an engine, whose fetch answers from memory and whose sleep advances its clock.
//
//   const player = createPlayer({ fetch, sleep, now, server: 'http://x', ask })
//   const problems = await player.check(vector)     // [] when every step holds
//
// `ask({ name, type, tcp, edns })` answers a DNS question in the form that dns-query.mjs gives.
import { isDeepStrictEqual, inspect } from 'node:util'

const PATHS = {
  Service: ['/api/v1', 'services'],
  Pod: ['/api/v1', 'pods'],
  Endpoints: ['/api/v1', 'endpoints'],
  Node: ['/api/v1', 'nodes', true],
  Namespace: ['/api/v1', 'namespaces', true],
  EndpointSlice: ['/apis/discovery.k8s.io/v1', 'endpointslices'],
  Deployment: ['/apis/apps/v1', 'deployments'],
  ReplicaSet: ['/apis/apps/v1', 'replicasets'],
  StatefulSet: ['/apis/apps/v1', 'statefulsets'],
  DaemonSet: ['/apis/apps/v1', 'daemonsets'],
  PodDisruptionBudget: ['/apis/policy/v1', 'poddisruptionbudgets'],
  ConfigMap: ['/api/v1', 'configmaps'],
  Secret: ['/api/v1', 'secrets'],
  Event: ['/api/v1', 'events'],
  Lease: ['/apis/coordination.k8s.io/v1', 'leases'],
}
const PATCH = {
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  json: 'application/json-patch+json',
  apply: 'application/apply-patch+yaml',
}
const collection = (kind, ns) => {
  const [base, plural, cluster] = PATHS[kind]
  return cluster ? `${base}/${plural}` : `${base}/namespaces/${ns}/${plural}`
}
const pathOf = (ref, ns) => {
  const [kind, name, sub] = ref.split('/')
  return `${collection(kind, ns)}/${name}${sub ? `/${sub}` : ''}`
}

/** The HTTP request that a step stands for. */
function requestOf(step, ns) {
  const text = v => JSON.stringify(v)
  if (step.create) return { method: 'POST', path: collection(step.create.kind, ns), body: text(step.create) }
  if (step.replace)
    return {
      method: 'PUT',
      path: `${collection(step.replace.kind, ns)}/${step.replace.metadata.name}`,
      body: text(step.replace),
    }
  if (step.patch)
    return {
      method: 'PATCH',
      path: pathOf(step.patch, ns) + (step.query ? `?${step.query}` : ''),
      body: text(step.body),
      contentType: PATCH[step.type],
    }
  if (step.get) return { method: 'GET', path: pathOf(step.get, ns) }
  if (step.delete)
    return {
      method: 'DELETE',
      path: pathOf(step.delete, ns),
      body: step.force ? text({ apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0 }) : undefined,
    }
  if (step.request) {
    const r = step.request
    return { ...r, body: r.raw ?? (r.body === undefined ? undefined : text(r.body)) }
  }
}

// Their status is a controller's to write, whenever it gets there.
const CONTROLLED = new Set(['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'PodDisruptionBudget', 'Scale'])
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g
/** Writes placeholders for everything a server is free to choose. `sent` is all text that the case itself sent. */
export function normalize(value, ns, sent) {
  const text = s =>
    s
      .replaceAll(ns, '{ns}')
      .replace(UUID, u => (sent.includes(u) ? u : '<uid>'))
      .replace(TIME, t => (sent.includes(t) ? t : '<time>'))
      .replace(/\b10\.96\.\d+\.\d+\b/g, ip => (sent.includes(ip) ? ip : '<clusterIP>'))
      .replace(/\bfd00:10:96::[0-9a-f:]+\b/g, ip => (sent.includes(ip) ? ip : '<clusterIPv6>'))
      .replace(/\b3[012]\d{3}\b/g, p => (sent.includes(p) || +p > 32767 ? p : '<nodePort>'))
  const walk = (v, key) => {
    if (typeof v === 'string') return text(v)
    if (typeof v === 'number' && /nodePort$/i.test(key ?? '') && v >= 30000 && !sent.includes(String(v)))
      return '<nodePort>'
    if (Array.isArray(v)) return v.map(x => walk(x))
    if (v === null || typeof v !== 'object') return v
    const o = {}
    for (const k of Object.keys(v).sort()) {
      if (k === 'managedFields' || k === 'resourceVersion' || k === 'selfLink') continue
      if (k === 'status' && CONTROLLED.has(v.kind)) continue
      if (k === 'continue' && v[k]) {
        o[k] = '<continue>'
        continue
      }
      if (k === 'endpoints.kubernetes.io/last-change-trigger-time') continue // there or not by the luck of timing
      o[k] = walk(v[k], k)
    }
    if (typeof v.generateName === 'string' && v.name?.startsWith(v.generateName) && v.generateName)
      o.name = `${text(v.generateName)}*`
    return o
  }
  return walk(value)
}
/** A printed table: the columns and the cells, ages blanked. */
export function tableOf(t) {
  const columns = t.columnDefinitions // a watch sends them with its first event only
  const blank = (cell, i) => (columns ? columns[i]?.name === 'Age' : /^(\d+[smhdy])+$/.test(cell))
  return {
    kind: t.kind,
    columns: columns ? columns.map(c => `${c.name}:${c.type}:${c.priority}`) : null,
    rows: (t.rows ?? []).map(r => r.cells.map((c, i) => (blank(c, i) ? '<age>' : c))),
  }
}

const byText = (a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)
const portsKey = ports =>
  (ports ?? [])
    .map(p => `${p.name ?? ''}/${p.protocol ?? ''}/${p.port ?? ''}`)
    .sort()
    .join(',') || '-'
const plain = v => JSON.parse(JSON.stringify(v))

const watched = ({ events, ended }, ns, sent) => ({
  ended,
  events: events.map(e => ({
    type: e.type,
    object: normalize(e.object?.kind === 'Table' ? tableOf(e.object) : e.object, ns, sent),
  })),
})

/** The first places where two values differ, as readable lines. */
export function differences(expected, actual, path = '', found = []) {
  if (found.length >= 6 || isDeepStrictEqual(expected, actual)) return found
  const both =
    expected &&
    actual &&
    typeof expected === 'object' &&
    typeof actual === 'object' &&
    Array.isArray(expected) === Array.isArray(actual)
  if (!both) {
    found.push(
      `${path || '.'}: expected ${inspect(expected, { depth: 2, breakLength: 200 }).slice(0, 300)}, got ${inspect(actual, { depth: 2, breakLength: 200 }).slice(0, 300)}`,
    )
    return found
  }
  for (const k of new Set([...Object.keys(expected), ...Object.keys(actual)]))
    differences(expected[k], actual[k], `${path}.${k}`, found)
  return found
}

export function createPlayer({
  fetch = globalThis.fetch,
  sleep = ms => new Promise(r => setTimeout(r, ms)),
  now = Date.now,
  server = '',
  token,
  ask,
  settleMs = 10_000,
} = {}) {
  async function send(r, ns) {
    const headers = {
      accept: r.table ? 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' : 'application/json',
    }
    if (token) headers.authorization = `Bearer ${token}`
    if (r.body !== undefined) headers['content-type'] = r.contentType ?? 'application/json'
    const response = await fetch(server + r.path.replaceAll('{ns}', ns), {
      method: r.method,
      headers,
      body: r.body?.replaceAll('{ns}', ns),
    })
    const body = await response.text()
    const warnings = response.headers.get('warning')
    let parsed
    try {
      parsed = JSON.parse(body)
    } catch {
      parsed = body
    }
    return { status: response.status, body: parsed, ...(warnings ? { warnings } : {}) }
  }

  async function observe(what, ns, sent) {
    const list = async kind => (await send({ method: 'GET', path: collection(kind, ns) }, ns)).body.items ?? []
    const [slices, endpoints] = [await list('EndpointSlice'), await list('Endpoints')]
    const serviceOf = s => s.metadata.labels?.['kubernetes.io/service-name'] ?? ''
    if (what === 'sizes') {
      return {
        slices: slices
          .map(s => `${serviceOf(s)} ${s.addressType} ${portsKey(s.ports)} ${(s.endpoints ?? []).length}`)
          .sort(),
        endpoints: endpoints.map(e => ({
          name: e.metadata.name,
          overCapacity: e.metadata.annotations?.['endpoints.kubernetes.io/over-capacity'] ?? null,
          subsets: (e.subsets ?? [])
            .map(
              x =>
                `${portsKey(x.ports)} ready=${(x.addresses ?? []).length} notReady=${(x.notReadyAddresses ?? []).length}`,
            )
            .sort(),
        })),
      }
    }
    if (what === 'hints') {
      const count = {}
      for (const s of slices)
        for (const e of s.endpoints ?? []) {
          const k = `${e.zone ?? '-'}→${(e.hints?.forZones ?? []).map(z => z.name).join('+') || '-'}`
          count[k] = (count[k] ?? 0) + 1
        }
      return count
    }
    return normalize(
      {
        slices: slices
          .map(s => ({
            service: serviceOf(s),
            addressType: s.addressType,
            generateName: s.metadata.generateName ?? null,
            labels: s.metadata.labels ?? {},
            annotations: s.metadata.annotations ?? {},
            owners: (s.metadata.ownerReferences ?? []).map(o => `${o.kind}/${o.name}`),
            ports: s.ports === null || s.ports === undefined ? null : [...s.ports].sort(byText),
            endpoints: (s.endpoints ?? [])
              .map(e => ({
                addresses: e.addresses,
                conditions: e.conditions,
                hostname: e.hostname,
                nodeName: e.nodeName,
                zone: e.zone,
                hints: e.hints,
                target: e.targetRef ? `${e.targetRef.kind}/${e.targetRef.name}` : undefined,
              }))
              .sort(byText),
          }))
          .sort(byText),
        endpoints: endpoints
          .map(e => ({
            name: e.metadata.name,
            labels: e.metadata.labels ?? {},
            annotations: e.metadata.annotations ?? {},
            subsets: (e.subsets ?? [])
              .map(x => ({
                ports: [...(x.ports ?? [])].sort(byText),
                addresses: (x.addresses ?? [])
                  .map(a => ({
                    ip: a.ip,
                    hostname: a.hostname,
                    nodeName: a.nodeName,
                    target: a.targetRef ? `${a.targetRef.kind}/${a.targetRef.name}` : undefined,
                  }))
                  .sort(byText),
                notReady: (x.notReadyAddresses ?? []).map(a => a.ip).sort(),
              }))
              .sort(byText),
          }))
          .sort(byText),
      },
      ns,
      sent,
    )
  }

  /** Opens a watch; `take(n)` waits until n events have come (or the stream has ended, or 5 s) and gives those not yet taken. */
  async function openWatch(step, ns) {
    const headers = {
      accept: step.table ? 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' : 'application/json',
    }
    if (token) headers.authorization = `Bearer ${token}`
    const abort = new AbortController()
    const response = await fetch(server + step.path.replaceAll('{ns}', ns), { headers, signal: abort.signal })
    const events = []
    let ended = false
    // Bookmarks come when the server likes, but for the one that ends the initial events.
    const seen = event => {
      if (event.type !== 'BOOKMARK' || event.object?.metadata?.annotations?.['k8s.io/initial-events-end'])
        events.push(event)
    }
    const reading = (async () => {
      if (!response.ok) {
        events.push({ type: 'refused', object: await response.json() })
        return
      }
      let rest = ''
      const decoder = new TextDecoder()
      for await (const chunk of response.body) {
        rest += decoder.decode(chunk, { stream: true })
        const lines = rest.split('\n')
        rest = lines.pop()
        for (const line of lines) if (line.trim()) seen(JSON.parse(line))
      }
      if (rest.trim()) seen(JSON.parse(rest))
    })()
      .catch(() => {})
      .finally(() => {
        ended = true
      })
    return {
      status: response.status,
      async take(count) {
        // oxlint-disable-next-line no-unmodified-loop-condition -- it is modified when the stream ends
        for (let i = 0; i < 100 && events.length < count && !ended; i++) await sleep(50)
        await sleep(150)
        return { events: events.splice(0), ended }
      },
      close() {
        abort.abort()
        return reading
      },
    }
  }

  let counter = 0
  async function story(vector, onStep) {
    const ns = `v${process.pid.toString(36)}-${(counter++).toString(36)}`
    const sent = JSON.stringify(vector.steps)
    await send(
      {
        method: 'POST',
        path: '/api/v1/namespaces',
        body: JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: ns } }),
      },
      ns,
    )
    const watches = new Map()
    try {
      for (const [i, step] of vector.steps.entries()) {
        if (step.ensureNodes) {
          for (const [name, zone] of Object.entries(step.ensureNodes)) {
            await send(
              {
                method: 'POST',
                path: '/api/v1/nodes',
                body: JSON.stringify({
                  apiVersion: 'v1',
                  kind: 'Node',
                  metadata: { name, labels: { 'topology.kubernetes.io/zone': zone } },
                }),
              },
              ns,
            )
            await send(
              {
                method: 'PATCH',
                path: `/api/v1/nodes/${name}/status`,
                contentType: PATCH.merge,
                body: JSON.stringify({
                  status: {
                    allocatable: { cpu: '4' },
                    capacity: { cpu: '4' },
                    conditions: [{ type: 'Ready', status: 'True' }],
                  },
                }),
              },
              ns,
            )
          }
        } else if (step.deleteSlices) {
          const items = (await send({ method: 'GET', path: collection('EndpointSlice', ns) }, ns)).body.items ?? []
          for (const s of items.filter(s => s.metadata.labels?.['kubernetes.io/service-name'] === step.deleteSlices))
            await send({ method: 'DELETE', path: pathOf(`EndpointSlice/${s.metadata.name}`, ns) }, ns)
        } else if (step.watch) {
          watches.set(step.watch, await openWatch(step, ns))
          await onStep(step, i, null, { status: watches.get(step.watch).status })
        } else if (step.watched) {
          await onStep(step, i, null, plain(watched(await watches.get(step.watched).take(step.count), ns, sent)))
        } else if (step.dns) {
          const question = JSON.parse(JSON.stringify(step.dns).replaceAll('{ns}', ns))
          await onStep(step, i, () =>
            ask(question)
              .then(a => ({ ...a, additional: a.additional.filter(r => !r.startsWith('ns.dns.')) }))
              .then(
                a =>
                  step.count
                    ? { rcode: a.rcode, truncated: a.truncated, answers: a.answer.length }
                    : normalize(a, ns, sent),
                e => ({ error: e.message }),
              )
              .then(plain),
          )
        } else if (step.observe) {
          await onStep(step, i, () => observe(step.observe, ns, sent).then(plain))
        } else {
          const answer = await send(requestOf(step, ns), ns)
          const result = step.quiet
            ? {
                ok: answer.status < 300,
                ...(answer.status < 300 ? {} : { status: answer.status, message: answer.body?.message }),
              }
            : {
                status: answer.status,
                ...(answer.warnings ? { warnings: normalize(answer.warnings, ns, sent) } : {}),
                body:
                  step.request?.table && answer.body?.kind === 'Table'
                    ? normalize(tableOf(answer.body), ns, sent)
                    : normalize(answer.body, ns, sent),
              }
          await onStep(step, i, null, plain(result))
        }
      }
    } finally {
      for (const w of watches.values()) await w.close()
      // Services first, so that addresses and node ports are free for the next vector at once.
      const services =
        (await send({ method: 'GET', path: collection('Service', ns) }, ns).catch(() => ({}))).body?.items ?? []
      for (const s of services)
        await send({ method: 'DELETE', path: pathOf(`Service/${s.metadata.name}`, ns) }, ns).catch(() => {})
      // Pods at once: on nodes without a kubelet nobody would ever finish their graceful end.
      await send(
        {
          method: 'DELETE',
          path: collection('Pod', ns),
          body: JSON.stringify({ apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0 }),
        },
        ns,
      ).catch(() => {})
      await send({ method: 'DELETE', path: `/api/v1/namespaces/${ns}` }, ns).catch(() => {})
      for (const { create } of vector.cluster ? vector.steps : []) {
        if (!create || !PATHS[create.kind]?.[2] || !create.metadata.name) continue
        const path = pathOf(`${create.kind}/${create.metadata.name}`, ns)
        await send({ method: 'DELETE', path }, ns).catch(() => {})
        for (let n = 0; n < 100 && (await send({ method: 'GET', path }, ns).catch(() => ({}))).status === 200; n++)
          await sleep(100)
      }
    }
  }

  /** Plays a vector and gives the places where the answers differ from what was recorded, as lines to read. */
  async function check(vector) {
    const problems = []
    try {
      await story(vector, async (step, i, look, result) => {
        let actual = result
        if (look) {
          const until = now() + settleMs
          do {
            actual = await look()
            if (isDeepStrictEqual(actual, step.expect)) break
            await sleep(100)
          } while (now() < until)
        }
        if (!isDeepStrictEqual(actual, step.expect))
          problems.push(`step ${i}`, ...differences(step.expect, actual).map(d => `  ${d}`))
      })
    } catch (error) {
      problems.push(`stopped: ${error.cause?.message ?? error.message}`)
    }
    return problems
  }
  return { story, check }
}
