import { describe, expect, it } from 'vitest'
import { lint, syntheticProxies } from '../../../../src/findings/lint/index.ts'
import { meshOf } from '../../../support/mesh.ts'
import { findingsOf } from '../support.ts'

const entry = (name: string, host: string): string => `---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: ${name}, namespace: shop}
spec:
  hosts: ["${host}"]
  ports: [{number: 443, name: tls, protocol: TLS}]
  resolution: DNS
`

function all(manifests: string): readonly string[] {
  const { registry, scope } = meshOf(manifests)
  const proxies = syntheticProxies(scope, 'mesh')
  const findings = lint({ registry, scope, fromVersion: undefined }, { proxies, severities: new Map() })
  return findings.map(({ rule, object }) => `${rule} ${object.name}`)
}

describe('value-not-filled-in', () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of the manifests
  const [flux, make, helm] = ['api.${DOMAIN}', '$(HOST)', '{{ .Values.host }}']

  it.each([flux, make, helm])('stands for what istiod would say about %s', (host) => {
    expect(all(entry('a', host ?? ''))).toEqual(['value-not-filled-in a'])
  })

  it('is one finding per file, with the placeholders', () => {
    const found = findingsOf(
      'value-not-filled-in',
      entry('a', flux ?? '') + entry('b', make ?? '') + entry('c', 'c.example.com'),
    )
    expect(found.map(({ message, severity }) => [message, severity])).toEqual([
      [
        // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of the manifests
        '2 values of the file are not filled in yet (${DOMAIN} and $(HOST)), so findings about them are left out',
        'info',
      ],
    ])
    expect(found[0]?.location.path).toEqual(['spec', 'hosts', 0])
  })

  it('stands for references to objects that are rejected for a placeholder', () => {
    const rejected = entry('a', 'a.example.com').replace('number: 443', 'number: "$(PORT)"')
    const route = `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: r, namespace: shop}
spec: {hosts: [b.example.com], tls: [{match: [{sniHosts: [b.example.com]}], route: [{destination: {host: a.example.com}}]}]}
`
    expect(all(rejected + entry('b', 'b.example.com') + route)).toEqual(['value-not-filled-in a'])
  })

  it('stands for findings about what has the placeholder somewhere in it', () => {
    const web = (targetPort: string) =>
      `---\napiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {ports: [{port: 80, targetPort: "${targetPort}"}]}\n`
    expect(all(web('main'))).toContain('protocol-unset web')
    expect(all(web(make ?? ''))).toEqual(['value-not-filled-in web'])
  })

  it('leaves findings about other values of the file', () => {
    expect(all(entry('a', flux ?? '') + entry('b', 'b..example.com'))).toEqual([
      'value-not-filled-in a',
      'invalid-host-invalid b',
    ])
  })

  it('is silent about variables in containers, which the kubelet fills in', () => {
    const pod = `---
apiVersion: v1
kind: Pod
metadata: {name: p, namespace: shop}
spec: {containers: [{name: a, image: b, args: ["--ip=$(POD_IP)"]}]}
`
    expect(all(pod)).toEqual([])
  })
})
