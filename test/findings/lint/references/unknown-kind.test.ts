import { describe, expect, it } from 'vitest'
import { findingsOf } from '../support.ts'

const found = (text: string) =>
  findingsOf('unknown-kind', text).map(({ message, severity, location, object }) => [
    severity,
    location.position().line,
    `${object.kind} ${object.name}`,
    message,
  ])

describe('unknown-kind', () => {
  it('names the nearest kind, at the word that is wrong', () => {
    expect(found('apiVersion: networking.istio.io/v1\nkind: Sidecars\nmetadata: {name: a}\n')).toEqual([
      [
        'error',
        2,
        'Sidecars a',
        'no API server knows the kind Sidecars of networking.istio.io/v1, so the object is left out (did you mean Sidecar?)',
      ],
    ])
  })

  it('finds a document with only one of apiVersion and kind', () => {
    expect(found('kind: VirtualService\nmetadata: {name: a}\n---\napiVersion: v1\nmetadata: {name: b}\n')).toEqual([
      [
        'error',
        1,
        'VirtualService a',
        'there is the kind VirtualService and no apiVersion, so the object is left out (write apiVersion: networking.istio.io/v1)',
      ],
      [
        'error',
        4,
        'Object b',
        expect.stringContaining('there is an apiVersion and no kind, so the object is left out'),
      ],
    ])
  })

  it('doubts where the API may belong to another project', () => {
    const text = 'apiVersion: networking.istio.com/v1\nkind: Sidecar\nmetadata: {name: a}\n'
    expect(found(text)).toMatchObject([['warning', 2, 'Sidecar a', expect.anything()]])
  })

  it('leaves other projects and the rest of the Gateway API alone', () => {
    const kinds = [
      ['serving.knative.dev/v1', 'Service'],
      ['gateway.networking.k8s.io/v1', 'GatewayClass'],
      ['gateway.networking.k8s.io/v1beta1', 'ReferenceGrant'],
      ['gateway.networking.k8s.io/v1alpha2', 'TCPRoute'],
      ['networking.istio.io/v1alpha3', 'EnvoyFilter'],
      ['kustomize.toolkit.fluxcd.io/v1', 'Kustomization'],
      ['v1', 'Config'],
    ]
    const text = kinds.map(([version, kind]) => `apiVersion: ${version}\nkind: ${kind}\nmetadata: {name: a}\n`)
    expect(found(text.join('---\n'))).toEqual([])
  })
})
