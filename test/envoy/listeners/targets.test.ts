import { describe, expect, it } from 'vitest'
import { listenerTargets, maskedPrefix, planSidecar } from '../../../src/envoy/listeners/index.ts'
import { entry, listenerNamed, listenersOf, viewOf } from './proxy-view.ts'

describe('where listeners lead', () => {
  it('is to the clusters of TCP chains, and to the routes of HTTP chains', () => {
    const mesh = entry('a', 'TCP', 3306) + entry('b', 'HTTP', 8080) + entry('c', '', 9000, { addresses: ['10.1.0.1'] })
    const { clusters, routeNames } = listenerTargets(planSidecar(viewOf(mesh)))
    expect([...clusters].filter((name) => name.startsWith('outbound')).sort()).toEqual([
      'outbound|3306||a.example.com',
      'outbound|9000||c.example.com',
    ])
    expect([...routeNames].sort()).toEqual(['8080', 'c.example.com:9000'])
  })
})

describe('an ingress listener of a Sidecar', () => {
  const ingress = (more: string) => `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: side, namespace: default}
spec:
  workloadSelector: {labels: {app: client}}
  ingress:
  - {port: {number: 9080, name: http, protocol: HTTP}, defaultEndpoint: 127.0.0.1:8080${more}}
---`

  it('binds its address, or that of the proxy', () => {
    const bound = listenersOf(ingress(', bind: 127.0.0.2, captureMode: NONE'))
    expect(listenerNamed(bound, '127.0.0.2_9080').address).toEqual({
      socketAddress: { address: '127.0.0.2', portValue: 9080 },
    })
    const open = listenersOf(ingress(', captureMode: NONE'))
    expect(listenerNamed(open, '10.0.0.9_9080').address).toEqual({
      socketAddress: { address: '10.0.0.9', portValue: 9080 },
    })
  })
})

describe('a prefix for comparison', () => {
  it.each([
    ['10.1.2.3', '10.1.2.3/32'],
    ['10.1.2.3/16', '10.1.0.0/16'],
    ['2001:DB8::1/32', '2001:db8::/32'],
    ['::', '::/128'],
    ['0.0.0.0', undefined],
    ['0.0.0.0/0', undefined],
    ['db.example.com', undefined],
  ])('%s is %s', (text, wanted) => {
    expect(maskedPrefix(text)).toBe(wanted)
  })
})
