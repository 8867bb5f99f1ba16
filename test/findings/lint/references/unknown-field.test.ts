import { describe, expect, it } from 'vitest'
import { applyChanges } from '../../../../src/findings/fixes/apply.ts'
import { changeSet, type Edit } from '../../../../src/findings/fixes/change.ts'
import { meshOf } from '../../../support/mesh.ts'
import { findingsOf, objectsWith } from '../support.ts'

const RULE = 'unknown-field'

const MISSPELLED = `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: db, namespace: shop}
spec:
  hosts: [db.example.com]
  adresses:
  - 10.20.0.5
  ports:
  - {number: 5432, name: tcp, protocol: TCP, tragetPort: 5433}
  resolution: DNS
status: {whatever: 1}
`

describe('unknown-field', () => {
  it('names the field, where its key stands, and what may have been meant', () => {
    expect(findingsOf(RULE, MISSPELLED).map(({ message, location }) => [location.position().line, message])).toEqual([
      [
        6,
        'spec.adresses does not exist in a ServiceEntry, so that what it says has no effect (did you mean addresses?)',
      ],
      [
        9,
        'spec.ports[0].tragetPort does not exist in a ServiceEntry, so that what it says has no effect (did you mean targetPort?)',
      ],
    ])
  })

  it('is found in Services and in objects that istiod rejects', () => {
    const service =
      'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {clusterIp: None, ports: [{port: 80}]}\n'
    expect(objectsWith(RULE, service)).toEqual(['Service default/web'])
    expect(objectsWith(RULE, MISSPELLED.replace('hosts: [db.example.com]', 'hosts: []'))).toHaveLength(2)
  })

  it('takes both spellings of a field, and fields that only controllers write', () => {
    const right = MISSPELLED.replace('adresses', 'addresses').replace('tragetPort', 'target_port')
    expect(findingsOf(RULE, right)).toEqual([])
  })

  it('is neither confused by names that mean something to JavaScript nor endless', () => {
    const hostile = MISSPELLED.replace('adresses:', `__proto__: {a: 1}\n  constructor: 1\n  ${'x'.repeat(5000)}:`)
    const messages = findingsOf(RULE, hostile).map(({ message }) => message)
    expect(messages).toHaveLength(4)
    expect(messages[0]).toContain('spec.__proto__ does not exist')
    expect(Math.max(...messages.map(({ length }) => length))).toBeLessThan(400)
  })

  it('stays after a fix of something else, and goes with the field', () => {
    const { snapshot } = meshOf(MISSPELLED)
    const [resource] = snapshot.istio.serviceEntries
    if (!resource) throw new Error('the entry was not read')
    const fieldsAfter = (edits: readonly Edit[]) =>
      applyChanges(snapshot, changeSet([{ kind: 'edit', resource, edits }]))?.unknownFields.map(({ path }) => path[1])
    expect(fieldsAfter([{ path: ['spec', 'addresses'], value: ['10.20.0.5'] }])).toEqual(['adresses', 'ports'])
    expect(fieldsAfter([{ path: ['spec', 'adresses'], remove: true }])).toEqual(['ports'])
  })
})

const ROUTE = `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: shop}
spec:
  parentRefs: [{name: gw}]
  hostname: [web.example.com]
  rules:
  - matches: [{path: {typ: Exact, value: /a}}]
    backendRefs: [{name: web, port: 80, wieght: 2}]
status: {whatever: 1}
`

describe('unknown-field of the Gateway API', () => {
  it('names fields that the API server drops at every depth, and what may have been meant', () => {
    const found = findingsOf(RULE, ROUTE).map(({ message, location }) => [location.position().line, message] as const)
    expect(found.sort(([a], [b]) => a - b)).toEqual([
      [6, 'spec.hostname does not exist in a HTTPRoute, so that what it says has no effect (did you mean hostnames?)'],
      [
        8,
        'spec.rules[0].matches[0].path.typ does not exist in a HTTPRoute, so that what it says has no effect (did you mean type?)',
      ],
      [
        9,
        'spec.rules[0].backendRefs[0].wieght does not exist in a HTTPRoute, so that what it says has no effect (did you mean weight?)',
      ],
    ])
  })

  it('knows free keys, such as labels and options', () => {
    const gateway = `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: gw, namespace: shop}
spec:
  gatewayClassName: istio
  infrastructure: {labels: {team: shop}}
  listeners:
  - {name: a, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: c}], options: {example.com/any: x}}}
`
    expect(findingsOf(RULE, gateway)).toEqual([])
  })
})
