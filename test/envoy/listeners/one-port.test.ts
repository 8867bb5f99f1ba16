import { describe, expect, it } from 'vitest'
import { planSidecar } from '../../../src/envoy/listeners/index.ts'
import { viewOf } from './proxy-view.ts'

const entry = (name: string, ports: string, more = '') => `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: ${name}}
spec:
  hosts: [${name}.example.com]
  ports: [${ports}]
  resolution: NONE
  ${more}
---`

const ENTRIES =
  entry('one', '{number: 3306, name: tcp, protocol: TCP}, {number: 80, name: http, protocol: HTTP}') +
  entry('two', '{number: 3306, name: tcp, protocol: TCP}, {number: 443, name: tls, protocol: TLS}') +
  entry('three', '{number: 80, name: tcp, protocol: TCP}', 'addresses: [192.0.2.1, 198.51.100.0/24]')

const SIDECAR = `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default}
spec:
  egress:
  - port: {number: 3306, name: mysql, protocol: MYSQL}
    hosts: ["./one.example.com"]
  - hosts: ["./*"]
---`

describe('the listeners of one port', () => {
  it.each([
    ['all services', ENTRIES],
    ['a Sidecar with a port of its own', ENTRIES + SIDECAR],
  ])('are planned alone as with those of all ports, with %s', (_, manifests) => {
    const plan = planSidecar(viewOf(manifests))
    const { entries, conflicts } = plan.outbound
    const namesOf = (list: typeof entries) =>
      list.map(({ name, chains, members }) => [
        name,
        chains.map(({ match }) => match),
        members.map((each) => each.service.hostname),
      ])
    for (const port of [80, 443, 3306, 9999]) {
      const alone = plan.outboundOfPort(port)
      expect(namesOf(alone.entries)).toEqual(namesOf(entries.filter((each) => each.port.number === port)))
      expect(alone.conflicts).toEqual(conflicts.filter((each) => each.listener.endsWith(`_${port}`)))
    }
    expect(conflicts.length).toBeGreaterThan(0)
  })
})
