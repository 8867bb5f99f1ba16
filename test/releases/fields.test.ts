import { describe, expect, it } from 'vitest'
import { MODELLED_KINDS } from '../../src/kinds/list.ts'
import type { MessageType, Type } from '../../src/kinds/schema/index.ts'
import { API_FIELDS } from '../../src/releases/fields.ts'
import { MeshConfig } from '../../src/resources/mesh/mesh-config.ts'
import { meshOf } from '../support/mesh.ts'

function collect(type: Type<unknown>, into: Set<string>, seen = new Set<Type<unknown>>()): void {
  if (seen.has(type)) return
  seen.add(type)
  if (type.item) collect(type.item, into, seen)
  const { fields } = type as Partial<MessageType<unknown>>
  for (const [field, inner] of Object.entries(fields ?? {})) {
    into.add(`${type.name}.${field}`)
    collect(inner, into, seen)
  }
}

it('names fields that the schemas have', () => {
  const all = new Set<string>()
  for (const { spec } of MODELLED_KINDS) collect(spec, all)
  collect(MeshConfig, all)
  expect([...API_FIELDS.keys()].filter((name) => !all.has(name))).toEqual([])
})

describe('a field that came with a later release', () => {
  const retries = (extra: string) => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: web}
spec:
  hosts: [web.example.com]
  http:
  - route: [{destination: {host: web.example.com}}]
    retries: {attempts: 2${extra}}
`

  it('has no effect and is reported', () => {
    const { snapshot } = meshOf(retries(', backoff: 20ms'), { version: '1.25' })
    const [virtualService] = snapshot.istio.virtualServices
    expect(virtualService?.spec.http[0]?.retries).toMatchObject({ attempts: 2, backoff: undefined })
    expect(snapshot.unknownFields).toMatchObject([
      {
        path: ['spec', 'http', 0, 'retries', 'backoff'],
        message: 'Istio 1.25.5 does not read HTTPRetry.backoff',
        hint: 'Istio 1.26 and later do',
      },
    ])
    expect(snapshot.unknownFields[0]?.resource).toBe(virtualService)
  })

  it('is read from that release on', () => {
    const { snapshot } = meshOf(retries(', backoff: 20ms'), { version: '1.26.0' })
    expect(snapshot.unknownFields).toEqual([])
    expect(snapshot.istio.virtualServices[0]?.spec.http[0]?.retries?.backoff).toEqual({ seconds: 0, nanos: 20_000_000 })
  })

  it('is gone from the mesh configuration, too', () => {
    const { snapshot } = meshOf(
      `
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |-
    defaultConfig:
      proxyHeaders: {xForwardedHost: {enabled: true}}
`,
      { version: '1.27' },
    )
    expect(snapshot.mesh.defaultConfig?.proxyHeaders?.xForwardedHost).toBeUndefined()
    expect(snapshot.problems.map(({ message }) => message)).toContain(
      'Istio 1.27.9 does not read ProxyHeaders.xForwardedHost, so it is ignored',
    )
  })
})
