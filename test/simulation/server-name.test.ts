import { describe, expect, it } from 'vitest'
import { buildEnvoyResources } from '../../src/envoy/index.ts'
import { receivedConfiguration } from '../../src/simulation/configuration.ts'
import type { HttpRequest } from '../../src/simulation/index.ts'
import { type Cluster, receivedResources } from '../../src/simulation/resources.ts'
import { transportOf } from '../../src/simulation/steps/transport.ts'
import { entry, viewOf } from '../support/mesh.ts'

const ENTRY = entry(
  'shop',
  '  hosts: [shop.example.com]\n  resolution: DNS\n  ports: [{number: 80, name: http, protocol: HTTP}]',
)

const rule = (tls: string): string => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: shop, namespace: default}
spec: {host: shop.example.com, trafficPolicy: {tls: ${tls}}}
`

function serverNameFor(tls: string, authority: string | undefined): string | undefined {
  const configuration = receivedConfiguration(receivedResources(buildEnvoyResources(viewOf(ENTRY + rule(tls)))))
  const cluster = configuration.cluster('outbound|80||shop.example.com')?.resource as Cluster
  const request = {
    method: 'GET',
    path: '/',
    scheme: 'http',
    headers: new Map<string, string>(),
    version: '1.1',
  } as const
  const http: HttpRequest | undefined = authority === undefined ? undefined : { ...request, authority }
  return transportOf(cluster, undefined, { address: '240.240.0.1', port: 80, http }).tls?.sni
}

describe('the server name that a proxy sends to an endpoint', () => {
  it('is the host of the request when the DestinationRule states none', () => {
    expect(serverNameFor('{mode: SIMPLE}', 'shop.example.com')).toBe('shop.example.com')
    expect(serverNameFor('{mode: SIMPLE}', 'shop.example.com.:80')).toBe('shop.example.com.')
  })

  it('is empty for addresses, and for connections without a request', () => {
    expect(serverNameFor('{mode: SIMPLE}', '10.0.0.1:80')).toBe('')
    expect(serverNameFor('{mode: SIMPLE}', '[fd00::1]:80')).toBe('')
    expect(serverNameFor('{mode: SIMPLE}', undefined)).toBe('')
  })

  it('is that of the DestinationRule', () => {
    expect(serverNameFor('{mode: SIMPLE, sni: other.example.com}', 'shop.example.com')).toBe('other.example.com')
  })
})
