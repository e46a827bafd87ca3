import { beforeEach, describe, expect, test } from 'vitest'
import { createCluster, type Cluster } from './cluster.ts'
import { Exec } from './testing/exec-fixture.ts'

const NETWORK = `apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  clusterIP: 10.96.0.80
  selector: {app: web}
  ports: [{name: http, port: 80, targetPort: 8080}, {name: udp, port: 90, targetPort: 8081, protocol: UDP}]
---
apiVersion: v1
kind: Service
metadata: {name: empty}
spec: {clusterIP: 10.96.0.81, selector: {app: nobody}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: exec}
spec: {nodeName: n1, containers: [{name: a, image: 'registry.k8s.io/e2e-test-images/agnhost:2.53', args: [pause]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: box}
spec: {nodeName: n1, containers: [{name: a, image: 'busybox:1.36', args: [sleep, infinity]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: net, labels: {app: web}}
spec: {nodeName: n2, containers: [{name: a, image: agnhost, args: [netexec, --http-port=8080], ports: [{containerPort: 9}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: host}
spec: {nodeName: n2, containers: [{name: a, image: agnhost, command: [/agnhost, serve-hostname, --udp]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: who}
spec: {nodeName: n2, containers: [{name: a, image: 'traefik/whoami', args: [--port=9000]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: nginx}
spec: {nodeName: n2, containers: [{name: a, image: nginx, ports: [{containerPort: 8080}]}]}
`

let cluster: Cluster
beforeEach(() => {
  cluster = createCluster({ seed: 1 })
  cluster.execute({ type: 'create-nodes', count: 2 })
  cluster.apply(NETWORK)
  cluster.advanceTo(20_000)
})

function address(pod: string): string {
  return cluster.store.get('Pod', 'default', pod)?.status?.podIP ?? ''
}

/** Standard output, standard error and exit code of a script, and the seconds that it took. */
function run(pod: string, script: string): readonly [string, string, number | string | undefined, number] {
  const text = script.replaceAll(/\{(\w+)\}/g, (whole, name: string) => address(name) || whole)
  const exec = new Exec(cluster, pod, ['sh', '-c', text], '&stdout=true&stderr=true')
  const from = cluster.nowMs
  while (!exec.isOver && cluster.nowMs < from + 200_000) cluster.advanceTo(cluster.nowMs + 100)
  return [exec.out, exec.err, exec.code, Math.floor((cluster.nowMs - from) / 1_000)]
}

describe('agnhost', () => {
  test.each([
    ['curl -q -s --connect-timeout 1 http://10.96.0.80:80/hostname', 'net'],
    ['curl -g -q -s http://web/hostName', 'net'],
    ['curl -s "web/echo?msg=a%20b+c&code=201" -w " %{http_code}"', 'a b c 201'],
    ['curl -s -o /dev/null -w "%{http_code}" web/healthz', '200'],
    ['curl -s web', 'NOW: 2026-01-01 00:00:20.100000 +0000 UTC'],
    [
      `curl -q -s '{net}:8080/dial?request=hostname&protocol=http&host=web&port=80&tries=2'`,
      '{"responses":["net","net"]}',
    ],
    [
      `curl -q -s '{net}:8080/dial?request=hostName&protocol=udp&host={net}&port=8081&tries=1'`,
      '{"responses":["net"]}',
    ],
    [
      `curl -s '{net}:8080/dial?request=hostname&protocol=http&host=10.96.0.81&port=80&tries=1'`,
      '{"errors":["Get \\"http://10.96.0.81:80/hostname\\": dial tcp 10.96.0.81:80: connect: connection refused"]}',
    ],
    [`curl -s 'web/shell?cmd=echo%20hi;exit%203'`, '{"error":"exit status 3","output":"hi\\n"}'],
    ['echo hostName | nc -u -w 2 {net} 8081', 'net'],
    ['echo "echo a b" | nc -u -w 2 web 90', 'a b'],
    ['echo x | nc -u -w 2 {host} 9376', 'host'],
    ['curl -s {host}:9376/anything', 'host'],
    [
      'for i in $(seq 1 20); do curl -q -s --connect-timeout 1 http://10.96.0.80:80/hostname; echo; done | sort | uniq -c',
      '     20 net\n',
    ],
  ])('%s', (script, out) => {
    const [said, err, code] = run('exec', script)
    if (out.startsWith('NOW')) expect(said).toMatch(/^NOW: 2026-01-01 00:00:\d\d\.\d{6} \+0000 UTC$/)
    else expect({ said, err, code }).toEqual({ said: out, err: '', code: 0 })
  })

  test('tells the address that it sees, with a port', () => {
    const [out] = run('exec', 'curl -s http://{net}:8080/clientip')
    expect(out.replace(/:\d+$/, '')).toBe(address('exec'))
    expect(Number(out.split(':')[1])).toBeGreaterThanOrEqual(32_768)
  })

  test('listens where its arguments say, whatever its Pod declares', () => {
    expect(run('exec', 'curl -sS {net}:9').slice(0, 3)).toEqual([
      '',
      expect.stringMatching(
        /^curl: \(7\) Failed to connect to 10\.244\.2\.\d+ port 9 after \d+ ms: Could not connect to server\n$/,
      ),
      7,
    ])
    expect(run('exec', '/agnhost connect {exec}:80').slice(0, 3)).toEqual(['', 'REFUSED\n', 1])
  })

  test.each([
    ['connect --timeout=3s web:80', '', 0],
    ['connect 10.96.0.81:80', 'REFUSED\n', 1],
    ['connect --timeout=3s 10.244.1.200:80', 'TIMEOUT\n', 1],
    ['connect nobody:80', 'DNS: lookup nobody: no such host\n', 1],
  ])('%s', (words, err, code) => {
    expect(run('exec', `/agnhost ${words}`).slice(0, 3)).toEqual(['', err, code])
  })
})

describe('nc', () => {
  test.each([
    [
      'exec',
      'echo hostName | nc -v -t -w 2 web 80 | tail -1',
      '400 Bad Request\n',
      'Connection to web (10.96.0.80) 80 port [tcp/http] succeeded!\n',
      0,
    ],
    [
      'exec',
      'nc -zv -w 2 10.96.0.81 80',
      '',
      'nc: connect to 10.96.0.81 port 80 (tcp) failed: Connection refused\n',
      1,
    ],
    ['exec', 'nc -z -w2 10.96.0.81 80', '', '', 1],
    [
      'exec',
      'nc -zvw1 10.244.1.200 80',
      '',
      'nc: connect to 10.244.1.200 port 80 (tcp) timed out: Operation in progress\n',
      1,
    ],
    ['box', 'nc -zv web 80', '', 'web (10.96.0.80:80) open\n', 0],
    ['box', 'nc -z 10.96.0.81 80', '', 'nc: 10.96.0.81 (10.96.0.81:80): Connection refused\n', 1],
    ['box', 'nc -z -w 3 10.244.1.200 80', '', 'nc: timed out\n', 1],
    ['box', 'nc -z nobody 80', '', "nc: bad address 'nobody'\n", 1],
    ['box', 'nc -l -p 80', '', 'nc: only [-zvtun] [-w SECONDS] HOST PORT is simulated\n', 1],
  ] as const)('in %s: %s', (pod, script, out, err, code) => {
    expect(run(pod, script).slice(0, 3)).toEqual([out, err, code])
  })

  test('waits as long as it is told for more datagrams', () => {
    expect(run('exec', 'echo hostname | nc -u -w 2 web 90')[3]).toBe(2)
  })
})

test('a server that is known by its image listens where that says', () => {
  expect(run('exec', 'curl -s -o /dev/null -w "%{http_code}" {nginx}')[0]).toBe('200')
  expect(run('exec', 'curl -s {nginx}:8080')[2]).toBe(7)
  expect(run('exec', 'curl -s {who}:9000/x')[0]).toMatch(
    /^Hostname: who\nRemoteAddr: 10\.244\.1\.\d+:\d+\nGET \/x HTTP\/1\.1\n/,
  )
})

test('an answer says which Pod gave it', () => {
  expect(run('exec', 'curl -si web/hostname')[0]).toBe('HTTP/1.1 200 OK\r\nx-pod: net\r\nContent-Length: 3\r\n\r\nnet')
})

describe('a program', () => {
  test.each([
    [
      'nginx',
      'curl -s -o /dev/null web; for p in nc dig wget; do $p; done',
      'sh: nc: not found\nsh: dig: not found\nsh: wget: not found\n',
      127,
    ],
    ['box', 'nslookup web >/dev/null && curl web', 'sh: curl: not found\n', 127],
    ['exec', 'curl -s -o /dev/null web && nslookup web >/dev/null && getent hosts web >/dev/null', '', 0],
  ] as const)('that the image of %s does not have is not there', (pod, script, err, code) => {
    expect(run(pod, script).slice(0, 3)).toEqual(['', err, code])
  })

  test.each([
    ['who', 'sh', 'exec: "sh": executable file not found in $PATH'],
    ['who', '/bin/sh', 'exec: "/bin/sh": stat /bin/sh: no such file or directory'],
    ['box', 'curl', 'exec: "curl": executable file not found in $PATH'],
  ])('is not started in %s: %s', (pod, word, why) => {
    const exec = new Exec(cluster, pod, [word])
    expect(exec.code).toBe('InternalError')
    expect((JSON.parse(exec.end) as { readonly message: string }).message).toMatch(
      new RegExp(`${why.replaceAll(/[$]/g, '\\$&')}$`),
    )
  })
})

test('dig prints what it is asked to', () => {
  expect(run('exec', 'dig +notcp +noall +answer +search web A')[0]).toBe(
    'web.default.svc.cluster.local.\t30\tIN\tA\t10.96.0.80\n',
  )
  expect(run('exec', 'dig +notcp +noall +answer +search nobody A')[0]).toBe('')
})
