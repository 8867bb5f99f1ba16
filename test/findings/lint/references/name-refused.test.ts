import { describe, expect, it } from 'vitest'
import { findingsOf } from '../support.ts'

const object = (kind: string, name: string, namespace: string, spec: string, apiVersion = 'v1'): string => `---
apiVersion: ${apiVersion}
kind: ${kind}
metadata: {name: "${name}", namespace: "${namespace}"}
spec: ${spec}
`
const service = (name: string, namespace = 'shop', port = 'http'): string =>
  object('Service', name, namespace, `{ports: [{name: "${port}", port: 80}]}`)
const sidecar = (name: string): string =>
  object('Sidecar', name, 'shop', '{egress: [{hosts: ["./*"]}]}', 'networking.istio.io/v1')

const pathsOf = (manifests: string): readonly string[] =>
  findingsOf('name-refused', manifests).map(({ location }) => location.path.join('.'))

describe('name-refused', () => {
  it.each(['web_shop', 'Web', '1service', 'svc.with.dots', '-a', 'a-', 'a'.repeat(64)])(
    'finds the Service %s',
    (name) => {
      expect(pathsOf(service(name))).toEqual(['metadata.name'])
    },
  )

  it('finds namespaces and names of ports', () => {
    expect(pathsOf(service('a', 'my.space'))).toEqual(['metadata.namespace'])
    expect(pathsOf(service('a', 'shop', 'http_web'))).toEqual(['spec.ports.0.name'])
  })

  it('accepts dots and digits in the names of other kinds', () => {
    expect(pathsOf(sidecar('1.default') + service('a-1'))).toEqual([])
    expect(pathsOf(sidecar('a_b'))).toEqual(['metadata.name'])
  })

  it('is silent about objects that an API server has accepted, and about values that are not filled in', () => {
    const stored = service('Web').replace('name: "Web"', 'name: "Web", uid: 6d1f')
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of the manifests
    expect(pathsOf(stored + service('${NAME}'))).toEqual([])
  })
})
