import { beforeEach, describe, expect, test } from 'vitest'
import { apiOf } from './cluster-api.ts'
import { createCluster, restoreCluster, type Cluster } from './cluster.ts'
import type { ApiResponse } from './rest/index.ts'
import { Exec } from './testing/exec-fixture.ts'

const PODS = `apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Pod
metadata: {name: server, labels: {app: web}}
spec:
  nodeName: n1
  containers: [{name: main, image: 'shop:1', ports: [{containerPort: 8080}]}]
---
apiVersion: v1
kind: Pod
metadata: {name: two}
spec:
  nodeName: n2
  containers: [{name: a, image: 'nginx:1-alpine'}, {name: b, image: 'b:1'}]
---
apiVersion: v1
kind: Pod
metadata: {name: nowhere}
spec: {nodeSelector: {no: node}, containers: [{name: main, image: 'a:1'}]}
`

let cluster: Cluster
beforeEach(() => {
  cluster = createCluster({ seed: 1 })
  cluster.execute({ type: 'create-nodes', count: 2 })
  cluster.apply(PODS)
  cluster.advanceTo(20_000)
})

function ask(path: string, query = ''): ApiResponse {
  return apiOf(cluster).handle({ method: 'GET', path, query, headers: {}, body: '' })
}

function log(pod: string, query = ''): string {
  const response = ask(`/api/v1/namespaces/default/pods/${pod}/log`, query)
  if (response.type !== 'body') throw new Error(`a ${response.type}`)
  if (response.status === 200 || response.body === '') return response.body
  return `${response.status} ${(JSON.parse(response.body) as { readonly message: string }).message}`
}

function start(pod: string, words: readonly string[], options?: string): Exec {
  return new Exec(cluster, pod, words, options)
}

function run(pod: string, ...words: string[]): Exec {
  const exec = start(pod, words)
  exec.input.closeInput()
  cluster.advanceTo(cluster.nowMs + 200_000)
  expect(exec.isOver).toBe(true)
  return exec
}

describe('a log', () => {
  test('begins with the start, and has a line for each request that was answered', () => {
    expect(log('server')).toMatch(/^\S+Z listening on :8080\n$/)
    expect(run('server', 'curl', 'web/items?x=1').out).toBe('server\n')
    expect(log('server', 'tailLines=1')).toMatch(/^\S+Z 10\.244\.1\.\d+ "GET \/items\?x=1 HTTP\/1\.1" 200 7\n$/)
  })

  test('has the style of its image', () => {
    expect(log('two', 'container=a')).toMatch(/\[notice\] 1#1: start worker processes\n$/)
  })

  test('is cut by lines, bytes and time', () => {
    const whole = log('two', 'container=a')
    expect(log('two', 'container=a&tailLines=1')).toBe(`${whole.split('\n')[1] ?? ''}\n`)
    expect(log('two', 'container=a&tailLines=0')).toBe('')
    expect(log('two', 'container=a&limitBytes=5')).toBe(whole.slice(0, 5))
    cluster.advanceTo(100_000)
    expect(log('two', 'container=a&sinceSeconds=10')).toBe('')
    expect(log('two', 'container=a&sinceSeconds=3600')).toBe(whole)
    expect(log('two', 'container=a&timestamps=true&tailLines=1')).toMatch(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{9}Z /)
  })

  test.each([
    ['two', '', '400 a container name must be specified for pod two, choose one of: [a b]'],
    ['two', 'container=c', '400 container c is not valid for pod two'],
    ['server', 'previous=true', '400 previous terminated container "main" in pod "server" not found'],
    [
      'server',
      'tailLines=-1',
      '422 PodLogOptions "server" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0',
    ],
    ['nobody', '', '404 pods "nobody" not found'],
    ['nowhere', '', ''],
  ])('of %s with "%s" is answered as the real server does', (pod, query, expected) => {
    expect(log(pod, query)).toBe(expected)
  })

  test('is not there before the container runs', () => {
    cluster.apply(`${PODS}---\n${PODS.split('---\n')[1]?.replace('server', 'late') ?? ''}`)
    cluster.advanceTo(cluster.nowMs + 150)
    expect(log('late')).toBe('400 container "main" in pod "late" is waiting to start: ContainerCreating')
  })

  test('cannot be had from a machine without power', () => {
    cluster.execute({ type: 'set-power', node: 'n1', on: false })
    expect(log('server', 'tailLines=5')).toBe(
      '500 Get "https://172.18.0.11:10250/containerLogs/default/server/main?tailLines=5": dial tcp 172.18.0.11:10250: i/o timeout',
    )
  })

  test('that is followed goes on until the container ends', () => {
    const response = ask('/api/v1/namespaces/default/pods/server/log', 'follow=true&tailLines=0')
    if (response.type !== 'stream') throw new Error(response.type)
    let text = ''
    let isOver = false
    response.open({ send: (_, more) => (text += more), end: () => (isOver = true) })
    const exec = start('two', ['wget', '-qO-', 'http://web'], '&stdout=true&container=a')
    cluster.advanceTo(21_000)
    expect(exec.out).toBe('server\n')
    expect(text).toMatch(/^\S+ \S+ "GET \/ HTTP\/1\.1" 200 7\n$/)
    expect(isOver).toBe(false)
    cluster.execute({ type: 'kill-pod', namespace: 'default', name: 'server' })
    cluster.advanceTo(40_000)
    expect(isOver).toBe(true)
    expect(text).toMatch(/received SIGTERM, shutting down\n$/)
  })

  test('names who asks as the server sees it: itself from the bridge, others by their address, a node port by the node', () => {
    const fetchFromTwo = (url: string): void => {
      const exec = start('two', ['wget', '-qO-', url], '&stdout=true&container=a')
      cluster.advanceTo(cluster.nowMs + 5_000)
      expect(exec.out).toBe('server\n')
    }
    run('server', 'curl', '-s', 'web')
    fetchFromTwo('http://web')
    cluster.apply(PODS.replace('spec: {selector', 'spec: {type: NodePort, selector'))
    cluster.advanceTo(cluster.nowMs + 5_000)
    const port = cluster.store.get('Service', 'default', 'web')?.spec.ports?.[0]?.nodePort
    fetchFromTwo(`http://172.18.0.12:${port}`)
    const asked = log('server')
      .split('\n')
      .filter(line => line.includes('GET /'))
    const two = cluster.store.get('Pod', 'default', 'two')?.status?.podIP
    expect(asked.map(line => line.split(' ')[1])).toEqual(['10.244.1.1', two, '172.18.0.12'])
  })

  test('is the same in a cluster that was saved and restored', () => {
    run('server', 'curl', '-s', 'web')
    const before = log('server')
    expect(before).toContain('GET / HTTP/1.1')
    cluster = restoreCluster(cluster.save())
    expect(log('server')).toBe(before)
  })
})

describe('a script that never ends by itself', () => {
  test('lets time pass, a millisecond for every four commands', () => {
    const exec = start('server', ['sh', '-c', 'while true; do echo x; done'])
    cluster.advanceTo(cluster.nowMs + 1_000)
    expect(exec.out.length / 2).toBeGreaterThan(1_000)
    expect(exec.out.length / 2).toBeLessThan(5_000)
    expect(exec.isOver).toBe(false)
  })

  test.each([
    ['a variable that doubles', 'i=a; while true; do i=$i$i; done; echo never', '', 2],
    ['a pipe from an endless loop', `while true; do echo ${'x'.repeat(2_000)}; done | head -c 3`, 'xxx', 0],
  ])('%s runs out of memory', (_, script, out, code) => {
    expect(run('server', 'sh', '-c', script)).toMatchObject({ out, err: 'sh: out of memory\n', code })
  })
})

describe('a command', () => {
  test.each([
    [['hostname'], 'server\n', '', 0],
    [['/bin/echo', 'a', 'b'], 'a b\n', '', 0],
    [['false'], '', '', 1],
    [['sh', '-c', 'echo one; false || echo two && exit 7'], 'one\ntwo\n', '', 7],
    [['sh', '-c', 'false; echo $?'], '1\n', '', 0],
    [['sh', '-c', 'nope'], '', 'sh: nope: not found\n', 127],
    [['sh', '-c', 'a & b'], '', 'sh: "&" is not simulated\n', 2],
    [['nope'], '', '', 'InternalError'],
    [['/bin/nope'], '', '', 'InternalError'],
    [['cat', '/nope'], '', "cat: can't open '/nope': No such file or directory\n", 1],
    [['printenv', 'WEB_SERVICE_PORT_HTTP'], '80\n', '', 0],
    [['curl', '-s', '-o', '/dev/null', '-w', '%{http_code}', 'http://web:80/'], '200', '', 0],
    [['curl', '-sS', 'nobody.default'], '', 'curl: (6) Could not resolve host: nobody.default\n', 6],
    [['curl', '-s', 'web:81'], '', '', 28],
    [['curl', '--data', 'x', 'web'], '', 'curl: option --data: is not simulated\n', 2],
    [['getent', 'hosts', 'nobody'], '', '', 2],
  ] as const)('%j', (words, out, err, code) => {
    const exec = run('server', ...words)
    expect({ out: exec.out, err: exec.err, code: exec.code }).toEqual({ out, err, code })
  })

  test.each([
    ['for i in $(seq 1 3); do curl -s web; done | sort | uniq -c', '      3 server\n', '', 0],
    ['i=0; while [ $i -lt 3 ]; do echo $i; i=$((i + 1)); done', '0\n1\n2\n', '', 0],
    ['until [ -e /tmp/x ]; do touch /tmp/x; done; ls /tmp', 'x\n', '', 0],
    ['x="$(curl -s web) and $(hostname)"; echo "$x" | tee /tmp/y | wc -w; cat /tmp/y', '3\nserver and server\n', '', 0],
    ['if curl -s nobody; then echo yes; elif test 1 = 2; then echo no; else echo neither; fi', 'neither\n', '', 0],
    ['for i in 1 2 3 4; do if [ $i = 2 ]; then continue; fi; [ $i = 4 ] && break; echo $i; done', '1\n3\n', '', 0],
    ['printf "a b\\nc d\\n" | while read x y; do echo $y-$x; done', 'b-a\nd-c\n', '', 0],
    ['(x=1; exit 3); echo $? [$x] ${x:-none}', '3 [] none\n', '', 0],
    ['! true || { echo group; false; }', 'group\n', '', 1],
    ['seq 20 | head -n 12 | tail -2 | tr 1 x; seq 3 -1 2 | grep -v 2', 'xx\nx2\n3\n', '', 0],
    ['echo a:b | cut -d: -f2; cat </etc/hostname; cat <nope', 'b\nserver\n', "sh: can't open nope: no such file\n", 1],
    ['sh -c "echo $0 $1" x y; sh -c \'echo $0 $1 $#\' x y', 'sh\nx y 1\n', '', 0],
    ['A=1 printenv A; echo [$A]; export B=2; env | grep -c "^B=2"', '1\n[]\n1\n', '', 0],
    [
      'for i in 1 2; do echo $i; nope; done >/tmp/o 2>&1; cat /tmp/o',
      '1\nsh: nope: not found\n2\nsh: nope: not found\n',
      '',
      0,
    ],
    ['grep a /nope; echo $?', '2\n', 'grep: /nope: No such file or directory\n', 0],
    ['while true; do :; done | head -1 & echo', '', 'sh: "&" is not simulated\n', 2],
  ] as const)('sh -c %j', (script, out, err, code) => {
    const exec = run('server', 'sh', '-c', script)
    expect({ out: exec.out, err: exec.err, code: exec.code }).toEqual({ out, err, code })
  })

  test('prints as it goes, and ends where the cluster is restored from a snapshot', () => {
    const exec = start('server', ['sh', '-c', 'while true; do date +%s; sleep 1; done'])
    const from = Number(exec.out)
    cluster.advanceTo(cluster.nowMs + 2_000)
    expect(exec.out).toBe(`${from}\n${from + 1}\n${from + 2}\n`)
    cluster = restoreCluster(cluster.save())
    cluster.advanceTo(cluster.nowMs + 5_000)
    expect(exec.out.split('\n')).toHaveLength(4)
  })

  test('does not stop the clock, however busy it is', () => {
    const exec = start('server', ['sh', '-c', 'while true; do :; done'])
    cluster.advanceTo(cluster.nowMs + 20)
    expect(exec.code).toBeUndefined()
    exec.input.stop()
  })

  test('may be a filter that reads all of its input', () => {
    const exec = start('server', ['sort'])
    exec.input.write('b\na')
    exec.input.write('\n')
    exec.input.closeInput()
    expect([exec.out, exec.code]).toEqual(['a\nb\n', 0])
  })

  test('asks cluster DNS by the search list of its namespace', () => {
    const ip = cluster.store.get('Service', 'default', 'web')?.spec.clusterIP ?? ''
    expect(run('server', 'nslookup', 'web').out).toContain(`Name:\tweb.default.svc.cluster.local\nAddress: ${ip}\n`)
    expect(run('server', 'dig', '+short', 'web.default.svc.cluster.local').out).toBe(`${ip}\n`)
    expect(run('server', 'dig', '+short', 'web').out).toBe('')
    const missing = run('server', 'nslookup', 'nobody')
    expect([missing.code, missing.out]).toEqual([1, expect.stringContaining("** server can't find nobody: NXDOMAIN")])
    expect(run('server', 'cat', '/etc/resolv.conf').out).toBe(
      'search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n',
    )
  })

  test('takes its time', () => {
    const exec = start('server', ['sh', '-c', 'sleep 5; echo done'])
    cluster.advanceTo(cluster.nowMs + 4_999)
    expect([exec.out, exec.code]).toEqual(['', undefined])
    cluster.advanceTo(cluster.nowMs + 1)
    expect([exec.out, exec.code]).toEqual(['done\n', 0])
  })

  test('is ended when nobody listens any more', () => {
    const exec = start('server', ['sh', '-c', 'sleep 5; echo done'])
    exec.input.stop()
    cluster.advanceTo(cluster.nowMs + 10_000)
    expect([exec.out, exec.code]).toEqual(['', undefined])
  })

  test('copies its input to its output', () => {
    const exec = start('server', ['cat'])
    exec.input.write('a\nb')
    exec.input.closeInput()
    expect([exec.out, exec.code]).toEqual(['a\nb', 0])
  })

  test('may be a shell that reads lines', () => {
    const exec = start('server', ['sh'])
    exec.input.write('hostname\nsleep 1\nech')
    exec.input.write('o late\nexit 4\n')
    expect(exec.out).toBe('server\n')
    cluster.advanceTo(cluster.nowMs + 1_000)
    expect([exec.out, exec.code]).toEqual(['server\nlate\n', 4])
  })

  test('goes on reading a loop until it is whole', () => {
    const exec = start('server', ['sh'], '&stdin=true&stdout=true&tty=true')
    exec.input.write('for i in 1 2\rdo echo $i\rdone\r')
    expect(exec.out).toBe('/ # for i in 1 2\r\n> do echo $i\r\n> done\r\n1\r\n2\r\n/ # ')
  })

  test('on a terminal shows what is typed, and ends by ^D', () => {
    const exec = start('server', ['sh'], '&stdin=true&stdout=true&tty=true')
    exec.input.write('hostnamx\u007fe\r')
    expect(exec.out).toBe('/ # hostnamx\b \be\r\nserver\r\n/ # ')
    exec.input.write('sleep 60\r')
    exec.input.write('\u0003')
    expect(exec.out).toMatch(/\^C\r\n\/ # $/)
    exec.input.write('\u0004')
    expect(exec.code).toBe(130)
  })

  test.each([
    ['two', 'a container name must be specified for pod two, choose one of: [a b]'],
    ['nowhere', 'pod nowhere does not have a host assigned'],
    ['nobody', 'pods \\"nobody\\" not found'],
  ])('in %s is refused', (pod, message) => {
    expect(() => start(pod, ['ls'])).toThrow(message)
  })

  test('leaves attach and port-forward to others', () => {
    const response = ask('/api/v1/namespaces/default/pods/server/portforward')
    expect(response).toMatchObject({
      status: 405,
      body: expect.stringContaining('pods/portforward is not simulated') as string,
    })
  })
})

describe('the proxy of a Service', () => {
  function get(id: string): string {
    const response = ask(`/api/v1/namespaces/default/services/${id}`)
    if (response.type !== 'body') throw new Error(response.type)
    if (response.status === 200) return response.body
    return `${response.status} ${(JSON.parse(response.body) as { readonly message: string }).message}`
  }

  test.each([
    ['web:http/proxy/', 'server\n'],
    ['web:80/proxy/a?b=c', 'server\n'],
    ['http:web:80/proxy', 'server\n'],
    ['web/proxy/', '503 no endpoints available for service "web"'],
    ['web:81/proxy/', '503 no service port 81 found for service "web"'],
    ['nobody/proxy/', '404 endpoints "nobody" not found'],
    ['nobody:80/proxy/', '404 services "nobody" not found'],
    ['a:b:c:d/proxy/', '400 invalid service request "a:b:c:d"'],
  ])('%s', (id, expected) => {
    expect(get(id)).toBe(expected)
  })

  test('tells that the machine behind it is off', () => {
    cluster.execute({ type: 'set-power', node: 'n1', on: false })
    expect(get('web:80/proxy/')).toMatch(
      /^503 error trying to reach service: dial tcp 10\.244\.1\.\d+:8080: i\/o timeout$/,
    )
  })
})
