import { expect, test } from 'vitest'
import { complete, type Known } from './complete.ts'

const KNOWN: Known = {
  kinds: () => Promise.resolve(['pods', 'po', 'services', 'svc']),
  names: (kind, namespace) =>
    Promise.resolve(kind === 'namespaces' ? ['default', 'other'] : [`${namespace}${kind}-1`, 'web']),
  files: ['manifests.yaml'],
}

test.each([
  ['', ['clear', 'help', 'kubectl']],
  ['kub', ['kubectl']],
  ['kubectl des', ['describe']],
  ['kubectl get s', ['services', 'svc']],
  ['kubectl get pods w', ['web']],
  ['kubectl -n other get pods o', ['otherpods-1']],
  ['kubectl get pods -n ', ['default', 'other']],
  ['kubectl scale svc/w', ['svc/web']],
  ['kubectl logs ', ['pods-1', 'web']],
  ['kubectl drain n', ['nodes-1']],
  ['kubectl rollout r', ['restart', 'resume']],
  ['kubectl create d', ['deployment']],
  ['kubectl apply -f ', ['-', 'manifests.yaml']],
  ['kubectl get pods -o ya', ['yaml']],
  ['kubectl get --sort', ['--sort-by']],
  ['kubectl exec web -- cu', []],
  ['ls ', []],
])('%j goes on with %j', async (text, options) => {
  const done = await complete(text, KNOWN)
  expect(done.options).toEqual(options)
  expect(text.slice(done.from)).not.toContain(' ')
})
