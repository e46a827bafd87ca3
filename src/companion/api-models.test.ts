import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { readDeclaration, readInstalledModels, readModels } from './api-models.ts'

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1'

const LAMP = `import { ModelData, Model } from "@kubernetes-models/base";
/**
 * Lamp gives light:
 *
 * \\* at night
 * \\* or  by day
 * @deprecated
 */
export interface ILamp extends TypeMeta {
    "apiVersion": "v1";
    "kind": "Lamp";
    /**
     * Colour of the light.
     */
    "colour"?: "Red" | "Green";
    "labels"?: {
        [key: string]: string;
    };
    "metadata"?: IIoK8sApimachineryPkgApisMetaV1ObjectMeta;
    /**
     * How many.
     */
    "bulbs": Array<number>;
}
export type { ILamp as IIoK8sApiCoreV1Lamp, Lamp as IoK8sApiCoreV1Lamp };
`

const OPTIONS = `export interface IDeleteOptions {
    /**
     * Version of the document.
     */
    "apiVersion"?: string;
    /**
     * Kind of the document.
     */
    "kind"?: string;
}
export type { IDeleteOptions as IIoK8sApimachineryPkgApisMetaV1DeleteOptions, DeleteOptions as X };
`

const OBJECT_META = `/**
 * What all objects have.
 */
export interface IObjectMeta {
    "name"?: string;
}
export type { IObjectMeta as IIoK8sApimachineryPkgApisMetaV1ObjectMeta, ObjectMeta as X };
`

let folder = ''
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function write(files: { readonly [path: string]: string }): void {
  folder = mkdtempSync(join(tmpdir(), 'api-models-'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}

describe('the models of two folders', () => {
  test('are schemas under the names of the API, with references and the texts of a type', () => {
    write({
      'models/v1/Lamp.d.ts': LAMP,
      'models/_schemas/Lamp.d.ts': 'export declare const validate: unknown;\n',
      'machinery/apis/meta/v1/DeleteOptions.d.ts': OPTIONS,
      'machinery/apis/meta/v1/ObjectMeta.d.ts': OBJECT_META,
    })
    const schemas = readModels(join(folder, 'models'), join(folder, 'machinery'))
    expect([...schemas.keys()].toSorted()).toEqual([
      'io.k8s.api.core.v1.Lamp',
      `${META}.DeleteOptions`,
      `${META}.ObjectMeta`,
    ])
    expect(schemas.get('io.k8s.api.core.v1.Lamp')).toEqual({
      description: 'Lamp gives light:\n\n* at night\n* or  by day',
      type: 'object',
      properties: {
        apiVersion: { description: 'Version of the document.', type: 'string' },
        kind: { description: 'Kind of the document.', type: 'string' },
        colour: { description: 'Colour of the light.', type: 'string', enum: ['Green', 'Red'] },
        labels: { type: 'object', additionalProperties: { type: 'string' } },
        metadata: { allOf: [{ $ref: `#/components/schemas/${META}.ObjectMeta` }] },
        bulbs: { description: 'How many.', type: 'array', items: { type: 'integer', format: 'int32' } },
      },
      required: ['bulbs'],
    })
  })

  test('of a group stand under its first word', () => {
    write({ 'models/lights.example.io/v1/Lamp.d.ts': LAMP, 'machinery/index.d.ts': '' })
    const schemas = readModels(join(folder, 'models'), join(folder, 'machinery'))
    expect([...schemas.keys()]).toEqual(['io.k8s.api.lights.v1.Lamp'])
  })
})

test('a type that is another name for a text has its text alone', () => {
  expect(readDeclaration('/**\n * A moment.\n */\nexport type ITime = string;\n', new Map())).toEqual({
    description: 'A moment.',
    type: 'string',
  })
})

test('what is installed has a text for every field of a port', () => {
  const { properties = {} } = readInstalledModels().get('io.k8s.api.core.v1.ServicePort') ?? {}
  expect(Object.keys(properties)).toEqual(expect.arrayContaining(['name', 'port', 'protocol', 'targetPort']))
  for (const { description } of Object.values(properties)) expect(description).toMatch(/\w/)
})
