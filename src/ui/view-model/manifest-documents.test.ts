import { describe, expect, it } from 'vitest'
import { documentOf, manifestDocuments, objectAt } from './manifest-documents.ts'
import { PODS, sampleClient, sampleService, sampleSlice } from './testing/sample-cluster.ts'

const TEXT = `# The Service
apiVersion: v1
kind: Service
metadata:
  name: my-service
spec:
  ports:
    - name: http
---
apiVersion: apps/v1
kind: Deployment
metadata:
  labels:
    tier: web
    name: another
  name: "my-app"
  namespace: default
--- # half written
kind: Pod
---
kind: Node
metadata:
  name: n1
`

describe('manifestDocuments', () => {
  const documents = manifestDocuments(TEXT)
  it('reads kind, namespace and name, and passes over what is half written', () => {
    expect(documents.map(({ kind, namespace, name }) => `${kind}/${namespace}/${name}`)).toEqual([
      'Service/default/my-service',
      'Deployment/default/my-app',
      'Node//n1',
    ])
  })
  it('knows where each begins', () => {
    expect(documents.map(document => TEXT.slice(document.from, document.from + 12))).toEqual([
      '# The Servic',
      'apiVersion: ',
      'kind: Node\nm',
    ])
  })
  it('finds the object at a place', () => {
    expect(objectAt(documents, TEXT.indexOf('http'))).toBe('Service/default/my-service')
    expect(objectAt(documents, TEXT.indexOf('tier'))).toBe('Deployment/default/my-app')
    expect(objectAt(documents, TEXT.indexOf('kind: Pod'))).toBeNull()
  })
  it('leads from a view to the document that brought it about', () => {
    const pod = PODS[0]
    if (pod === undefined) throw new Error('no Pod')
    expect(documentOf(documents, pod)?.name).toBe('my-app')
    expect(documentOf(documents, sampleService())?.name).toBe('my-service')
    expect(documentOf(documents, sampleSlice([]))?.kind).toBe('Service')
    expect(documentOf(documents, sampleClient('c'))).toBeUndefined()
  })
})
