import { describe, expect, it } from 'vitest'
import type { Origin } from '../../../src/envoy/explained.ts'
import { type ExplainedListener, type ListenersResult, routeNamesOf } from '../../../src/envoy/listeners/index.ts'
import { entry, listenersOf } from './proxy-view.ts'

const VIRTUAL_SERVICE = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: split, namespace: default}
spec:
  hosts: [a.example.com]
  tcp:
  - match:
    - destinationSubnets: [10.5.0.0/16]
    route:
    - {destination: {host: b.example.com}, weight: 20}
    - {destination: {host: a.example.com}, weight: 80}
---`

function factNamed(result: ListenersResult, name: string): ExplainedListener {
  const fact = result.listeners.find((listener) => listener.resource.name === name)
  if (!fact) throw new Error(`no listener ${name}`)
  return fact
}

const place = ({ what, location }: Origin) => `${what} line ${location?.position().line ?? 'nowhere'}`

describe('origins', () => {
  it('name the object, the line and the rule behind every chain, the default chain last', () => {
    const { chains, resource } = factNamed(listenersOf(entry('a', 'TCP', 3306) + VIRTUAL_SERVICE), '0.0.0.0_3306')
    expect(resource.filterChains).toHaveLength(1)
    expect(chains.map((origins) => origins.map(place))).toEqual([
      ['VirtualService default/split line 20'],
      ['ServiceEntry default/a line 12'],
    ])
    expect(chains[0]?.[0]?.why).toContain('destination subnets')
  })

  it('of a shared HTTP listener are all services that it routes', () => {
    const fact = factNamed(listenersOf(entry('a', 'HTTP', 8080) + entry('b', 'HTTP2', 8080)), '0.0.0.0_8080')
    expect(fact.origins.map(({ what }) => what)).toEqual(['ServiceEntry default/a', 'ServiceEntry default/b'])
    expect(fact.chains.at(-1)?.[0]?.what).toBe('mesh configuration')
  })

  it('exist for every chain of every listener', () => {
    const manifests = entry('a', 'TCP', 3306) + entry('b', 'HTTP', 3306) + entry('c', 'TLS', 443)
    for (const { resource, origins, chains } of listenersOf(manifests).listeners) {
      expect(chains).toHaveLength(resource.filterChains.length + (resource.defaultFilterChain ? 1 : 0))
      for (const origin of [...origins, ...chains.flat()]) expect(origin.why).not.toBe('')
    }
  })
})

it('route names come in order and as often as they are asked for', () => {
  const services = ['10.96.0.1', '10.96.0.2'].map(
    (ip, index) => `
apiVersion: v1
kind: Service
metadata: {name: s${index}, namespace: default}
spec:
  clusterIP: ${ip}
  ports: [{name: sniffed, port: 9000}]
---`,
  )
  const { listeners } = listenersOf(services.join('') + entry('a', 'HTTP', 8080))
  expect(routeNamesOf(listeners).sort()).toEqual([
    '8080',
    's0.default.svc.cluster.local:9000',
    's1.default.svc.cluster.local:9000',
  ])
})
