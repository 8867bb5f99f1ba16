import { describe, expect, it } from 'vitest'
import { crdVerdict } from '../../../src/kinds/crds/check.ts'
import { parseDocuments } from '../../../src/sources/index.ts'
import type { JsonMapping } from '../../../src/sources/mapping.ts'

/** `PATH: MESSAGE` of everything that the API server would refuse. */
function refused(kind: string, spec: string, version = 'v1'): readonly string[] {
  const [document] = parseDocuments({ name: 'a.yaml', text: `spec: ${spec}\n` }, '').documents
  const { issues } = crdVerdict(kind, version, document?.value as JsonMapping)
  return issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
}

const gateway = (listeners: string, more = ''): string => `{gatewayClassName: istio, listeners: ${listeners}${more}}`

describe('what the CRDs of the Gateway API refuse', () => {
  it.each([
    ['Gateway', gateway('[{name: a, port: 80, protocol: HTTP}]')],
    ['Gateway', gateway('[{name: a, port: 443, protocol: TLS, tls: {mode: Passthrough}}]')],
    ['HTTPRoute', '{hostnames: ["*.example.com"], rules: [{backendRefs: [{name: web, port: 80}]}]}'],
    ['HTTPRoute', '{rules: [{matches: [{path: {type: RegularExpression, value: "/a//b"}}]}]}'],
    ['GRPCRoute', '{rules: [{matches: [{method: {service: com.Example_1.V2, method: Get}}]}]}'],
    ['ReferenceGrant', '{from: [{group: "", kind: Secret, namespace: a}], to: [{group: "", kind: Service}]}'],
  ])('not a %s with %s', (kind, spec) => {
    expect(refused(kind, spec)).toEqual([])
  })

  it.each([
    [
      'Gateway',
      gateway('[{name: a, port: 80, protocol: HTTP}, {name: b, port: 80, protocol: HTTP}]'),
      /^spec.listeners: Combination of port/,
    ],
    [
      'Gateway',
      gateway('[{name: a, port: 80, protocol: HTTP}, {name: a, port: 81, protocol: HTTP}]'),
      /^spec.listeners.1: has the same name/,
    ],
    ['Gateway', gateway('[{name: a, port: 80, protocol: TCP, hostname: a.b}]'), /hostname must not be specified/],
    ['Gateway', gateway('[{name: a, port: "80", protocol: TCP}]'), /^spec.listeners.0.port: must be a whole number/],
    ['Gateway', gateway('[{name: a, port: 70000, protocol: TCP}]'), /must be at most 65535/],
    ['Gateway', '{listeners: [{name: a, port: 80, protocol: TCP}]}', /^spec: gatewayClassName is missing/],
    ['HTTPRoute', '{rules: [{backendRefs: [{name: web}]}]}', /^spec.rules.0.backendRefs.0: Must have port/],
    ['HTTPRoute', '{rules: [{matches: [{path: {value: a}}]}]}', /value must be/],
    [
      'HTTPRoute',
      '{rules: [{timeouts: {request: 1s, backendRequest: 2s}}]}',
      /backendRequest timeout cannot be longer/,
    ],
    ['HTTPRoute', '{parentRefs: [{name: a}, {name: a, sectionName: b}]}', /sectionName or port must be/],
    ['GRPCRoute', '{rules: [{matches: [{method: {service: "a b"}}]}]}', /service must only contain/],
    ['TLSRoute', '{hostnames: ["10.0.0.1"], rules: [{backendRefs: [{name: a, port: 1}]}]}', /IP/],
  ])('a %s with %s', (kind, spec, message) => {
    expect(refused(kind, spec).join('\n')).toMatch(message)
  })

  it('differs between versions that the API serves', () => {
    const spec = '{rules: [{backendRefs: [{name: a, port: 1}]}]}'
    expect(refused('TLSRoute', spec)).toEqual(['spec: hostnames is missing'])
    expect(refused('TLSRoute', spec, 'v1alpha2')).toEqual([])
  })
})
