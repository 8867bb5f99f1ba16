import { describe, expect, it } from 'vitest'
import { dnsEntry, entry, pod, service, slice } from '../../../support/mesh.ts'
import { findingsOf, objectsWith } from '../support.ts'

const HOST = 'web.default.svc.cluster.local'

describe('host-shadows-service', () => {
  const shadow = (more = '') =>
    entry(
      'shadow',
      `  hosts: [${HOST}]\n  ports: [{number: 81, name: http, protocol: HTTP}]\n  resolution: DNS\n${more}`,
    )

  it('is found in the namespace of the Service, once for all addresses', () => {
    const found = findingsOf(
      'host-shadows-service',
      service('web', '10.96.0.1') + shadow('  addresses: [192.0.2.1, 192.0.2.2]'),
    )
    expect(found.map(({ severity, message }) => [severity, message])).toEqual([
      [
        'error',
        `${HOST} is the host of Service default/web: its endpoints are added to those of the Service, and ports that only ` +
          'the entry has get no cluster',
      ],
    ])
  })

  it('is found in another namespace, unless the entry is not seen there', () => {
    const elsewhere = (exportTo: string) =>
      dnsEntry('shadow', HOST, 'namespace: other').replace('spec:', `spec:\n  exportTo: [${exportTo}]`)
    const [found] = findingsOf('host-shadows-service', service('web', '10.96.0.1') + elsewhere('"*"'))
    expect(found?.message).toBe(
      `${HOST} is the host of Service default/web: proxies in the namespace of the entry get the entry instead of the Service`,
    )
    expect(objectsWith('host-shadows-service', service('web', '10.96.0.1') + elsewhere('third'))).toEqual([])
  })

  it.each(['web.default', 'web.default.svc'])('warns about the short name %s', (host) => {
    const [found] = findingsOf('host-shadows-service', service('web', '10.96.0.1') + dnsEntry('short', host))
    expect(found?.severity).toBe('warning')
    expect(found?.message).toContain(`${host} is a short name of Service default/web`)
  })

  it.each(['web.other', 'api.default', 'web.default.svc.other', 'example.com', HOST.replace('web', 'api')])(
    'is not found for %s',
    (host) => {
      expect(objectsWith('host-shadows-service', service('web', '10.96.0.1') + dnsEntry('e', host))).toEqual([])
    },
  )
})

describe('external-name-tcp-port', () => {
  const externalName = (port: string, target = 'db.example.com', name = 'db') => `
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: default}
spec: {type: ExternalName, externalName: ${target}, ports: [${port}]}
---`

  it.each([
    ['{name: tcp, port: 5432}', 'is TCP'],
    ['{name: x, port: 5432}', 'has no protocol'],
    ['{port: 3306}', 'is TCP'],
  ])('is found for %s', (port, text) => {
    const [found] = findingsOf('external-name-tcp-port', externalName(port))
    expect(found?.message).toContain(`of an ExternalName Service ${text}: nothing is made for it`)
    expect(found?.location.path).toEqual(['spec', 'ports', 0])
  })

  it.each(['{name: http, port: 80}', '{name: https, port: 443}', '{name: dns, port: 53, protocol: UDP}'])(
    'is not found for %s',
    (port) => {
      expect(objectsWith('external-name-tcp-port', externalName(port))).toEqual([])
    },
  )

  it('is not found when the name leads to a port of the mesh, if need be by another name', () => {
    const target = dnsEntry('db', 'db.example.com')
    const port = '{name: tcp, port: 443}'
    const other = externalName(port, 'db.default.svc.cluster.local', 'alias')
    expect(objectsWith('external-name-tcp-port', target + externalName(port) + other)).toEqual([])
    expect(objectsWith('external-name-tcp-port', target + externalName('{name: tcp, port: 444}'))).toHaveLength(1)
  })

  it('ends for names that lead to each other', () => {
    const port = '{name: tcp, port: 443}'
    const loop =
      externalName(port, 'b.default.svc.cluster.local', 'a') + externalName(port, 'a.default.svc.cluster.local', 'b')
    expect(objectsWith('external-name-tcp-port', loop)).toHaveLength(2)
  })
})

describe('headless-target-port', () => {
  const headless = (port: string, selector = '{app: x}') => `
apiVersion: v1
kind: Service
metadata: {name: web, namespace: default}
spec: {clusterIP: None, selector: ${selector}, ports: [${port}]}
---`

  it('is found by the number of targetPort', () => {
    const [found] = findingsOf('headless-target-port', headless('{name: http, port: 81, targetPort: 8080}'))
    expect(found?.message).toContain('port 81 of a headless Service leads to port 8080 of its pods')
  })

  it('is found by the endpoints, which decide for named ports', () => {
    const endpoints = pod('web-0', '10.0.0.1', '{app: x}') + slice('web', ['10.0.0.1'])
    const named = '{name: http, port: 81, targetPort: web}'
    expect(objectsWith('headless-target-port', headless(named) + endpoints)).toHaveLength(1)
    expect(objectsWith('headless-target-port', headless(named.replace('81', '80')) + endpoints)).toEqual([])
    expect(objectsWith('headless-target-port', headless(named))).toEqual([])
  })

  it('is not found for equal ports, without a selector and with a cluster IP', () => {
    const other = '{name: http, port: 81, targetPort: 8080}'
    expect(objectsWith('headless-target-port', headless('{name: http, port: 81}'))).toEqual([])
    expect(objectsWith('headless-target-port', headless('{name: http, port: 81, targetPort: 81}'))).toEqual([])
    expect(objectsWith('headless-target-port', headless(other, '{}'))).toEqual([])
    expect(objectsWith('headless-target-port', headless(other).replace('None', '10.96.0.1'))).toEqual([])
  })
})

describe('protocol-unset', () => {
  const ports = (list: string, namespace = 'default') => `
apiVersion: v1
kind: Service
metadata: {name: web, namespace: ${namespace}}
spec: {clusterIP: 10.96.0.1, ports: [${list}]}
---`

  it.each([
    ['{port: 80}', 'the port has neither a name nor appProtocol'],
    ['{name: web, port: 80}', 'the name web states none'],
    ['{name: http, port: 80, appProtocol: x.io/y}', 'appProtocol "x.io/y" is none that proxies know'],
  ])('is found for %s', (port, why) => {
    expect(findingsOf('protocol-unset', ports(port)).map(({ message }) => message)).toEqual([
      `the protocol of port 80 is guessed from the first bytes of each connection: ${why}`,
    ])
  })

  it.each([
    '{name: http-web, port: 80}',
    '{port: 80, appProtocol: http}',
    '{port: 3306}',
    '{port: 53, protocol: UDP}',
    '{port: 9, protocol: SCTP}',
  ])('is not found for %s', (port) => {
    expect(objectsWith('protocol-unset', ports(port))).toEqual([])
  })

  it('leaves out what comes with Istio, and namespaces of the cluster itself', () => {
    const gateway = ports('{name: status-port, port: 15021}').replace(
      'name: web,',
      'name: gw, labels: {istio: ingressgateway},',
    )
    expect(objectsWith('protocol-unset', gateway)).toEqual([])
    expect(objectsWith('protocol-unset', ports('{name: web, port: 80}', 'kube-system'))).toEqual([])
  })
})

describe('headless-remote-network', () => {
  const network = (name: string) => `
apiVersion: v1
kind: Namespace
metadata: {name: istio-system, labels: {topology.istio.io/network: ${name}}}
---`
  const headless = service('web', 'None')
  const endpoints = (ip: string) => pod(`web-${ip}`, ip, '{app: x}') + slice('web', [ip])

  it('is found once for all clusters, with a pod of each network', () => {
    const found = findingsOf('headless-remote-network', network('east') + headless + endpoints('10.0.0.1'), {
      remotes: { west: network('west') + headless + endpoints('10.1.0.1') },
    })
    expect(found.map(({ message }) => message)).toEqual([
      'the pods of this headless Service are on networks east and west: proxies on another network do not find them by its name',
    ])
    expect(found[0]?.related.map(({ message }) => message)).toEqual([
      '10.0.0.1 is on network east',
      '10.1.0.1 is on network west',
    ])
  })

  it('is found when all pods are on one of the networks', () => {
    const remotes = { west: network('west') + headless + endpoints('10.1.0.1') }
    expect(objectsWith('headless-remote-network', network('east') + headless, { remotes })).toHaveLength(1)
  })

  it('is found for an entry that selects pods, and not for one that lists its endpoints', () => {
    const found = (more: string) => {
      const ports = 'ports: [{number: 80, name: http, protocol: HTTP}]'
      const manifests = `${network('east')}${entry('e', `  hosts: [e.example.com]\n  resolution: NONE\n  ${ports}\n${more}`)}`
      const remotes = { west: network('west') + pod('p', '10.1.0.1', '{app: x}') }
      return objectsWith('headless-remote-network', manifests, { remotes })
    }
    expect(found('  workloadSelector: {labels: {app: x}}')).toEqual(['ServiceEntry default/e'])
    expect(found('  endpoints: [{address: 10.1.0.1, network: west}]')).toEqual([])
  })

  it('is not found on one network, without networks, and for pods that are not ready', () => {
    const east = network('east') + headless
    const remotes = { west: network('east') + headless + endpoints('10.1.0.1') }
    expect(objectsWith('headless-remote-network', east + endpoints('10.0.0.1'), { remotes })).toEqual([])
    const none = { west: headless + endpoints('10.1.0.1') }
    expect(objectsWith('headless-remote-network', headless + endpoints('10.0.0.1'), { remotes: none })).toEqual([])
    const unready = {
      west: network('west') + headless + pod('p', '10.1.0.1', '{app: x}') + slice('web', [], ['10.1.0.1']),
    }
    expect(objectsWith('headless-remote-network', east, { remotes: unready })).toEqual([])
  })
})
