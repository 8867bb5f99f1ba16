import { describe, expect, it } from 'vitest'
import { gateway, Router, server, service, to, virtualService } from './router.ts'

const SIMPLE = { mode: 'SIMPLE', credentialName: 'c' }
const routes = { http: [{ route: to('web') }] }

const droppedOf = (router: Router) =>
  router.gateways.merged.dropped.map(({ server: loser, winner, reason, hosts }) => ({
    loser: `${loser.owner}#${loser.index}`,
    winner: `${winner.owner}#${winner.index}`,
    reason,
    hosts,
  }))

describe('which Gateways apply', () => {
  it('takes those whose selector fits, of any namespace, and those without one', () => {
    const router = new Router(
      gateway('mine', [server('HTTP', 80)], { namespace: 'team-a' }) +
        gateway('all', [server('HTTP', 81)], { selector: {} }) +
        gateway('others', [server('HTTP', 82)], { selector: { istio: 'egress' } }),
    )
    expect(router.listenerNames).toEqual(['0.0.0.0_81', '0.0.0.0_80'])
    expect(router.gateways.merged.others.map(({ meta }) => meta.name)).toEqual(['others'])
  })

  it('takes only those of the own namespace when istiod says so', () => {
    const manifests =
      gateway('near', [server('HTTP', 80)], { namespace: 'istio-system' }) + gateway('far', [server('HTTP', 81)])
    const router = new Router(manifests, { env: { PILOT_SCOPE_GATEWAY_TO_NAMESPACE: 'true' } })
    expect(router.listenerNames).toEqual(['0.0.0.0_80'])
  })

  it('leaves a router without Gateways no listeners, but its clusters', () => {
    const router = new Router(service('web', [{ name: 'http', port: 80 }]))
    expect(router.listenerNames).toEqual([])
    expect(router.clusterNames).toEqual(['outbound|80||web.default.svc.cluster.local', 'BlackHoleCluster'])
  })
})

describe('the port that is listened on', () => {
  const own = { namespace: 'istio-system', selector: { istio: 'gw' } }
  const ports = [{ name: 'http', port: 80, targetPort: 8080 }]
  const gw = gateway('gw', [server('HTTP', 80), server('HTTP', 90)])

  it('is the target port of the Service that selects the router', () => {
    const router = new Router(service('gw', ports, own) + gw)
    expect(router.listenerNames).toEqual(['0.0.0.0_8080', '0.0.0.0_90'])
    const [translated, asWritten] = router.gateways.merged.slots.flatMap(({ servers }) => servers)
    expect(translated?.translatedBy?.service.hostname).toBe('gw.istio-system.svc.cluster.local')
    expect(asWritten?.translatedBy).toBeUndefined()
  })

  it('is not translated by a Service that declines', () => {
    const labels = { 'experimental.istio.io/disable-gateway-port-translation': 'true' }
    expect(new Router(service('gw', ports, { ...own, labels }) + gw).listenerNames).toContain('0.0.0.0_80')
  })

  it('gets no listener below 1024 without privileges', () => {
    const router = new Router(gw, { metadata: { UNPRIVILEGED_POD: 'true' } })
    expect(router.listenerNames).toEqual([])
    expect(router.gateways.listeners.omitted.map(({ name, reason }) => [name, reason])).toEqual([
      ['0.0.0.0_80', 'privileged-port'],
      ['0.0.0.0_90', 'privileged-port'],
    ])
  })
})

describe('servers on one port', () => {
  it('drops a whole server when the older Gateway has one of its TLS hosts', () => {
    const router = new Router(
      gateway('b', [server('HTTPS', 443, { hosts: ['x.example.com', 'only-b.example.com'], tls: SIMPLE })], {
        second: 2,
      }) + gateway('a', [server('HTTPS', 443, { hosts: ['x.example.com'], tls: SIMPLE })], { second: 1 }),
    )
    expect(router.resources.routes.map(({ resource }) => resource.name)).toEqual(['https.443.https-443.a.default'])
    expect(droppedOf(router)).toEqual([
      { loser: 'default/b#0', winner: 'default/a#0', reason: 'duplicate-tls-host', hosts: ['x.example.com'] },
    ])
  })

  it('drops TLS and TCP after HTTP on the same address', () => {
    const tls = server('HTTPS', 80, { tls: SIMPLE })
    const router = new Router(gateway('gw', [server('HTTP', 80), tls, server('TCP', 80)]))
    expect(droppedOf(router)).toMatchObject([
      { loser: 'default/gw#1', winner: 'default/gw#0', reason: 'protocol-conflict' },
      { loser: 'default/gw#2', winner: 'default/gw#0', reason: 'protocol-conflict' },
    ])
  })

  it('keeps servers with different bind addresses apart', () => {
    const tls = server('HTTPS', 80, { bind: '10.0.0.9', tls: SIMPLE })
    const router = new Router(gateway('gw', [server('HTTP', 80), tls]))
    expect(router.listenerNames).toEqual(['0.0.0.0_80', '10.0.0.9_80'])
    expect(router.resources.routes.map(({ resource }) => resource.name)).toEqual([
      'http.80',
      'https.80.https-80.gw.default.10.0.0.9',
    ])
  })

  it('joins HTTP servers, of whichever HTTP protocol, to one chain and one route configuration', () => {
    const router = new Router(
      gateway('gw', [server('HTTP', 80, { hosts: ['a.example.com'] })]) +
        gateway('other', [server('GRPC', 80, { hosts: ['b.example.com'] })], { second: 2 }) +
        virtualService('v', ['a.example.com', 'b.example.com'], { ...routes, gateways: ['gw', 'other'] }),
    )
    expect(router.lastFilter('0.0.0.0_80')).toMatchObject({ rds: { routeConfigName: 'http.80' } })
    expect(router.hosts('http.80').map(({ name }) => name)).toEqual(['a.example.com:80', 'b.example.com:80'])
  })
})

describe('bindings of VirtualServices', () => {
  it('says which servers use them, and why none does', () => {
    const router = new Router(
      gateway('gw', [server('HTTP', 80, { hosts: ['*.example.com', 'team-b/limited.org'] })]) +
        gateway('others', [server('HTTP', 80)], { selector: { istio: 'egress' } }) +
        virtualService('bound', ['a.example.com'], routes) +
        virtualService('elsewhere', ['a.example.org'], routes) +
        virtualService('namespace', ['limited.org'], routes) +
        virtualService('hidden', ['b.example.com'], { ...routes, exportTo: ['.'] }) +
        virtualService('missing', ['c.example.com'], {
          ...routes,
          gateways: ['constructor', 'default/others', 'mesh'],
        }),
    )
    const bindings = router.gateways.bindings.map(({ virtualService: { meta }, gateway: name, servers, unbound }) =>
      [meta.name, name, servers.length, unbound].join(' '),
    )
    expect(bindings.sort()).toEqual([
      'bound default/gw 1 ',
      'elsewhere default/gw 0 no-shared-host',
      'hidden default/gw 0 not-exported',
      'missing default/constructor 0 no-gateway',
      'missing default/others 0 not-selected',
      'namespace default/gw 0 no-shared-host',
    ])
  })
})
