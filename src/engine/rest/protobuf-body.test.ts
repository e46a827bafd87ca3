// The bodies are what kubectl v1.32 sends for the commands named.

import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import { GO_STRUCTS } from '../api/decode/go-structs.ts'
import { decodeProtobuf, withJsonBody } from './protobuf-body.ts'
import { PROTOBUF_STRUCTS } from './protobuf-structs.ts'
import { readMessage, utf8Text } from './protobuf-wire.ts'

const HEAD = 'k8s\0'

function fromBase64(text: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  const bits = Array.from(text.replaceAll('=', ''))
    .map(letter => letters.indexOf(letter).toString(2).padStart(6, '0'))
    .join('')
  return (bits.match(/.{8}/g) ?? []).map(byte => String.fromCharCode(parseInt(byte, 2))).join('')
}

/** One length-delimited field. */
function part(number: number, content: string): string {
  return String.fromCharCode(number * 8 + 2, content.length) + content
}

function body(kind: string, apiVersion: string, object: string): string {
  return HEAD + part(1, part(1, apiVersion) + part(2, kind)) + part(2, object)
}

describe('what kubectl sends', () => {
  test('create deployment web --image=nginx --replicas=2 --port=80', () => {
    const sent =
      'azhzAAoVCgdhcHBzL3YxEgpEZXBsb3ltZW50ErgBCh8KA3dlYhIAGgAiACoAMgA4AEIAWgoKA2FwcBIDd2ViEoYBCAISDAoKCgNhcHASA3dlYhpsChwKABIAGgAiACoAMgA4AEIAWgoKA2FwcBIDd2ViEkwSLgoFbmdpbngSBW5naW54KgAyCgoAEAAYUCIAKgBCAGoAcgCAAQCIAQCQAQCiAQAaADIAQgBKAFIAWABgAGgAggEAigEAmgEAwgEAIgIKACgAOAAaDAgAEAAYACAAKAA4ABoAIgA='
    expect(decodeProtobuf(fromBase64(sent))).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', labels: { app: 'web' } },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: { containers: [{ name: 'nginx', image: 'nginx', ports: [{ containerPort: 80 }] }] },
        },
      },
    })
  })

  test('create service nodeport web --tcp=80:http --node-port=30080', () => {
    const sent =
      'azhzAAoNCgJ2MRIHU2VydmljZRJtCh8KA3dlYhIAGgAiACoAMgA4AEIAWgoKA2FwcBIDd2ViEkYKIAoHODAtaHR0cBIDVENQGFAiCggBEAAaBGh0dHAogOsBEgoKA2FwcBIDd2ViGgAiCE5vZGVQb3J0OgBCAFIAWgBgAGgAGgIKABoAIgA='
    expect(decodeProtobuf(fromBase64(sent))).toEqual({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', labels: { app: 'web' } },
      spec: {
        type: 'NodePort',
        selector: { app: 'web' },
        ports: [{ name: '80-http', protocol: 'TCP', port: 80, targetPort: 'http', nodePort: 30080 }],
      },
    })
  })

  test('create service clusterip web --clusterip=None', () => {
    const sent =
      'azhzAAoNCgJ2MRIHU2VydmljZRJQCh8KA3dlYhIAGgAiACoAMgA4AEIAWgoKA2FwcBIDd2ViEikSCgoDYXBwEgN3ZWIaBE5vbmUiCUNsdXN0ZXJJUDoAQgBSAFoAYABoABoCCgAaACIA'
    expect(decodeProtobuf(fromBase64(sent))).toMatchObject({ spec: { clusterIP: 'None', type: 'ClusterIP' } })
  })

  test('create namespace shop', () => {
    const sent = 'azhzAAoPCgJ2MRIJTmFtZXNwYWNlEhwKFAoEc2hvcBIAGgAiACoAMgA4AEIAEgAaAgoAGgAiAA=='
    expect(decodeProtobuf(fromBase64(sent))).toEqual({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'shop' },
    })
  })
})

describe('a field', () => {
  test('that may be zero keeps it, another loses it', () => {
    const zeroReplicas = decodeProtobuf(body('Deployment', 'apps/v1', part(2, '\x08\0\x28\0')))
    expect(zeroReplicas).toEqual({ apiVersion: 'apps/v1', kind: 'Deployment', spec: { replicas: 0 } })
  })

  test('that is unknown counts for nothing when it is zero', () => {
    expect(decodeProtobuf(body('Namespace', 'v1', part(9, '') + '\x50\0'))).toEqual({
      apiVersion: 'v1',
      kind: 'Namespace',
    })
  })

  test('that is unknown and says something keeps the whole body from being read', () => {
    expect(decodeProtobuf(body('Namespace', 'v1', part(9, 'x')))).toBeUndefined()
    expect(decodeProtobuf(body('Namespace', 'v1', '\x50\x01'))).toBeUndefined()
  })

  test('has a name that decoding knows', () => {
    for (const [struct, fields] of PROTOBUF_STRUCTS) {
      for (const { name } of fields.values()) expect(GO_STRUCTS.get(struct)?.has(name), `${struct}.${name}`).toBe(true)
    }
  })
})

describe('the wire', () => {
  test('has numbers below zero, and texts of all letters', () => {
    expect(readMessage(Uint8Array.of(8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1))).toEqual([
      { number: 1, type: 'varint', value: -1n },
    ])
    expect(utf8Text(Uint8Array.of(0xc3, 0xa9, 0xe4, 0xb8, 0xad))).toBe('é中')
    expect(utf8Text(Uint8Array.of(0xff))).toBeUndefined()
  })

  test('is no message when it ends too early or has a number of no end', () => {
    expect(readMessage(Uint8Array.of(10, 5, 1))).toBeUndefined()
    expect(readMessage(Uint8Array.of(8))).toBeUndefined()
    expect(readMessage(Uint8Array.of(9, 1))).toBeUndefined()
    expect(readMessage(new Uint8Array(12).fill(255))).toBeUndefined()
    expect(readMessage(Uint8Array.of(3))).toBeUndefined()
  })

  test('of any bytes is read or refused, never more', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), bytes => {
        const object = decodeProtobuf(HEAD + String.fromCharCode(...bytes))
        expect(object === undefined || typeof object === 'object').toBe(true)
      }),
      { seed: 7, numRuns: 500 },
    )
  })
})

describe('a request', () => {
  const request = { method: 'POST', path: '/api/v1/namespaces', query: '' }
  const protobuf = { 'content-type': 'application/vnd.kubernetes.protobuf', accept: '*/*' }

  test('in protobuf becomes one in JSON', () => {
    const sent = { ...request, headers: protobuf, body: body('Namespace', 'v1', part(1, part(1, 'shop'))) }
    const read = withJsonBody(sent)
    expect(read.headers).toEqual({ 'content-type': 'application/json', accept: '*/*' })
    expect(JSON.parse(read.body)).toEqual({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } })
  })

  test('that is not, or cannot be read, stays as it is', () => {
    const json = { ...request, headers: { 'content-type': 'application/json' }, body: '{}' }
    expect(withJsonBody(json)).toBe(json)
    for (const unreadable of ['', '{}', HEAD, body('Chart', 'v1', ''), `${HEAD}\n\x05`]) {
      const sent = { ...request, headers: protobuf, body: unreadable }
      expect(withJsonBody(sent)).toBe(sent)
    }
  })
})
