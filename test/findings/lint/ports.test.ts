import { describe, expect, it } from 'vitest'
import type { RuleId } from '../../../src/findings/lint/index.ts'
import { findingsOf } from './support.ts'

const entry = (spec: string): string => `---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: e, namespace: shop}
spec: {hosts: [e.example.com], ${spec}}
`
const messages = (id: RuleId, manifests: string): readonly string[] =>
  findingsOf(id, manifests).map(({ message }) => message)

describe('address-host-bits', () => {
  const at = (address: string) =>
    messages(
      'address-host-bits',
      entry(`addresses: ["${address}"], resolution: NONE, ports: [{number: 1, name: tcp, protocol: TCP}]`),
    )

  it('tells what the range covers', () => {
    expect(at('10.1.2.3/8')).toEqual([
      'the range 10.1.2.3/8 covers the 2^24 addresses from 10.0.0.0, not just 10.1.2.3: is 10.1.2.3/32 or 10.0.0.0/8 meant?',
    ])
    expect(at('2001:db8::1/32')).toEqual([
      'the range 2001:db8::1/32 covers the 2^96 addresses from 2001:db8::, not just 2001:db8::1: is 2001:db8::1/128 or 2001:db8::/32 meant?',
    ])
    expect(at('192.0.2.9/29')).toHaveLength(1)
  })

  it.each(['10.0.0.0/8', '10.1.2.3/32', '10.1.2.3', '2001:db8::/32'])('is silent about %s', (address) => {
    expect(at(address)).toEqual([])
  })
})

describe('endpoint-ports-partial', () => {
  const PORTS =
    'ports: [{number: 80, name: a, protocol: HTTP}, {number: 81, name: b, protocol: HTTP, targetPort: 8081}]'
  const found = (...endpoints: readonly string[]) =>
    messages(
      'endpoint-ports-partial',
      entry(
        `${PORTS}, resolution: STATIC, endpoints: [${endpoints.map((ports, index) => `{address: 192.0.2.${index}, ports: ${ports}}`).join(', ')}]`,
      ),
    )

  it('finds endpoints that leave out what others name, with the port that is used', () => {
    expect(found('{a: 8080}', '{a: 8080, b: 9090}')).toEqual([
      'the endpoint 192.0.2.0 is used for b (at 8081), too, though it names a only: ports that an endpoint does not name have their own number there',
    ])
  })

  it('is silent where all name the same ports, or none', () => {
    expect(found('{a: 8080}', '{a: 8081}')).toEqual([])
    expect(found('{}', '{a: 8081, b: 1}')).toEqual([])
  })
})

describe('vip-range-exhausted', () => {
  const istiod = (prefix: string) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system, labels: {app: istiod}}
spec: {template: {spec: {containers: [{name: discovery, image: "istio/pilot:1.30.0", env: [{name: PILOT_IP_AUTOALLOCATE_IPV4_PREFIX, value: ${prefix}}]}]}}}
`
  const hosts = ['a', 'b', 'c', 'd'].map((name) =>
    entry('resolution: DNS, ports: [{number: 443, name: tls, protocol: TLS}]').replaceAll(/\be\b/g, name),
  )

  it('is one finding for each host without an address', () => {
    const found = findingsOf('vip-range-exhausted', istiod('240.240.0.0/30') + hosts.join(''))
    expect(found.length).toBeGreaterThan(0)
    expect(found.length).toBeLessThan(4)
    expect(found[0]?.message).toMatch(
      /^\w\.example\.com gets no automatic IPv4 address: all of 240\.240\.0\.0\/30 are taken$/,
    )
    expect(messages('vip-range-exhausted', istiod('240.240.0.0/16') + hosts.join(''))).toEqual([])
  })
})
