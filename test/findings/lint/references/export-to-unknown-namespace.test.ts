import { describe, expect, it } from 'vitest'
import { findingsOf } from '../support.ts'
import { hostEntry, istio, kubeService, namespace } from './support.ts'

const RULE = 'export-to-unknown-namespace'
const messages = (manifests: string): readonly string[] => findingsOf(RULE, manifests).map(({ message }) => message)

const NAMESPACES = namespace('shop') + namespace('checkout')

describe(RULE, () => {
  it('points at the entry of exportTo, and names the nearest namespace', () => {
    const [finding] = findingsOf(RULE, NAMESPACES + hostEntry('db', 'db.example.com', 'exportTo: [., chekout]'))
    expect(finding?.location.path).toEqual(['spec', 'exportTo', 1])
    expect(finding?.message).toContain('so no proxy there sees the object (did you mean checkout?)')
    expect(finding?.severity).toBe('error')
  })

  it('says that no proxy sees an object for unknown namespaces alone', () => {
    const [message] = messages(NAMESPACES + hostEntry('db', 'db.example.com', 'exportTo: [nirvana]'))
    expect(message).toContain('so no proxy sees the object')
  })

  it('looks at VirtualServices, DestinationRules and the annotation of Services', () => {
    const service = kubeService('web').replace(
      'namespace: shop}',
      'namespace: shop, annotations: {networking.istio.io/exportTo: "checkout, nirvana"}}',
    )
    const rule = istio('DestinationRule', 'shop/web', '{host: web, exportTo: [nirvana]}')
    const routes = istio(
      'VirtualService',
      'shop/web',
      '{hosts: [web], exportTo: [nirvana], http: [{route: [{destination: {host: web}}]}]}',
    )
    expect(findingsOf(RULE, NAMESPACES + service + rule + routes).map(({ object }) => object.kind)).toEqual([
      'Service',
      'DestinationRule',
      'VirtualService',
    ])
  })

  it('says nothing where the input states no namespaces', () => {
    expect(messages(hostEntry('db', 'db.example.com', 'exportTo: [nirvana]'))).toEqual([])
  })

  it('knows namespaces that only have objects, and those of every cluster', () => {
    const elsewhere = istio('Sidecar', 'web/default', '{egress: [{hosts: ["./*"]}]}')
    const exported = hostEntry('db', 'db.example.com', 'exportTo: [web, istio-system, kube-system, default]')
    expect(messages(NAMESPACES + elsewhere + exported)).toEqual([])
  })

  it('knows what . and * and ~ stand for', () => {
    const entries = ['.', '"*"', '"~"'].map((target, index) =>
      hostEntry(`db-${index}`, `db-${index}.example.com`, `exportTo: [${target}]`),
    )
    expect(messages(NAMESPACES + entries.join(''))).toEqual([])
  })
})
