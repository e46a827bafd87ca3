// `kubectl describe` of Namespaces, ConfigMaps, Secrets and ServiceAccounts, and of every kind that has no description of
// its own: its fields, as they stand.

import { isFields, listAt, mapAt, nameOf, namespaceOf, sorted, textAt, type Fields } from '../fields.ts'
import type { Page } from './page.ts'

function head(page: Page, object: Fields): void {
  page.field('Name', nameOf(object))
  if (namespaceOf(object) !== '') page.field('Namespace', namespaceOf(object))
  page.map('Labels', mapAt(object, 'metadata', 'labels'))
  page.annotations(object)
}

export function describeNamespace(page: Page, namespace: Fields): void {
  head(page, namespace)
  page.field('Status', textAt(namespace, 'status', 'phase'))
  page.line(0, '')
  page.line(0, 'No resource quota.')
  page.line(0, '')
  page.line(0, 'No LimitRange resource.')
}

export function describeConfigMap(page: Page, map: Fields): void {
  head(page, map)
  page.line(0, '')
  page.line(0, 'Data')
  page.line(0, '====')
  const data = mapAt(map, 'data')
  for (const key of Object.keys(data).sort()) {
    page.line(0, `${key}:`)
    page.line(0, '----')
    for (const line of String(data[key]).split('\n')) page.line(0, line)
    page.line(0, '')
  }
  page.line(0, '')
  page.line(0, 'BinaryData')
  page.line(0, '====')
  const binary = mapAt(map, 'binaryData')
  for (const key of Object.keys(binary).sort()) page.line(0, `${key}: ${atob(String(binary[key])).length} bytes`)
  page.line(0, '')
}

export function describeSecret(page: Page, secret: Fields): void {
  head(page, secret)
  page.line(0, '')
  page.field('Type', textAt(secret, 'type'))
  page.line(0, '')
  page.line(0, 'Data')
  page.line(0, '====')
  const data = mapAt(secret, 'data')
  for (const key of Object.keys(data).sort()) page.line(0, `${key}:\t${atob(String(data[key])).length} bytes`)
}

export function describeServiceAccount(page: Page, account: Fields): void {
  head(page, account)
  for (const name of ['Image pull secrets', 'Mountable secrets', 'Tokens']) {
    const key = name === 'Image pull secrets' ? 'imagePullSecrets' : 'secrets'
    page.list(name, name === 'Tokens' ? [] : listAt(account, key).map(one => textAt(one, 'name')))
  }
}

/** Every field below its name, words parted as they stand in the field's name. */
export function describeAny(page: Page, object: Fields): void {
  head(page, object)
  const { metadata: _, ...rest } = object
  const told = ['name', 'namespace', 'labels', 'annotations', 'managedFields']
  const meta = Object.fromEntries(Object.entries(mapAt(object, 'metadata')).filter(([key]) => !told.includes(key)))
  members(page, { ...rest, metadata: meta }, 0)
}

function members(page: Page, map: Fields, depth: number): void {
  for (const [name, value] of Object.entries(sorted(map) as Fields)) {
    const label = name.charAt(0).toUpperCase() + name.slice(1).replace(/([a-z])([A-Z])/g, '$1 $2')
    if (isFields(value)) {
      page.line(depth, `${label}:`)
      members(page, value, depth + 1)
    } else if (Array.isArray(value)) {
      page.line(depth, `${label}:`)
      for (const item of value as readonly unknown[]) {
        if (isFields(item)) members(page, item, depth + 1)
        else page.line(depth + 1, String(item))
      }
    } else page.field(label, String(value), depth)
  }
}
