import { describe, expect, it } from 'vitest'
import { gateway, Router, server, service, to, virtualService } from './router.ts'

const routes = { http: [{ route: to('web') }] }
const http = (hosts: readonly string[], tls?: object) => server('HTTP', 80, { hosts, ...(tls && { tls }) })

describe('virtual hosts of a router', () => {
  it('have the narrower of the hosts of Gateway and VirtualService', () => {
    const router = new Router(
      gateway('gw', [http(['*.example.com', 'exact.org', 'team-b/*.net'])]) +
        virtualService('v', ['A.example.com', '*.org', '*.b.example.com', 'x.net'], routes) +
        virtualService('w', ['x.net'], routes, { namespace: 'team-b' }),
    )
    const domains = router.hosts('http.80').map((host) => [host.name, host.domains])
    expect(domains).toEqual([
      ['a.example.com:80', ['a.example.com', 'exact.org', '*.b.example.com']],
      ['x.net:80', ['x.net']],
    ])
  })

  it('are only told apart by equal routes when istiod does not collapse them', () => {
    const manifests = gateway('gw', [http(['*'])]) + virtualService('v', ['a.com', 'b.com'], routes)
    const router = new Router(manifests, { env: { PILOT_ENABLE_ROUTE_COLLAPSE_OPTIMIZATION: 'false' } })
    expect(router.hosts('http.80').map(({ name }) => name)).toEqual(['a.com:80', 'b.com:80'])
  })

  it('join the routes of VirtualServices of one host, those for all requests last', () => {
    const match = [{ uri: { prefix: '/api' } }]
    const router = new Router(
      gateway('gw', [http(['*'])]) +
        virtualService('all', ['a.com'], { http: [{ name: 'all', route: to('web') }] }, { second: 1 }) +
        virtualService('api', ['a.com'], { http: [{ name: 'api', match, route: to('web') }] }, { second: 2 }),
    )
    const [host] = router.hosts('http.80')
    expect(host?.routes?.map(({ name }) => name)).toEqual(['api', 'all'])
  })

  it('leave out matches for other gateways and ports', () => {
    const rule = (name: string, match: object) => ({ name, match: [match], route: to('web') })
    const router = new Router(
      gateway('gw', [http(['*'])]) +
        virtualService('v', ['a.com'], {
          gateways: ['gw', 'mesh'],
          http: [rule('mesh', { gateways: ['mesh'] }), rule('port', { port: 81 }), rule('here', { gateways: ['gw'] })],
        }),
    )
    expect(router.hosts('http.80').flatMap((host) => host.routes?.map(({ name }) => name))).toEqual(['here'])
  })

  it('redirect hosts without a VirtualService, too', () => {
    const router = new Router(
      gateway('gw', [http(['a.com', './b.com'], { httpsRedirect: true })]) + virtualService('v', ['a.com'], routes),
    )
    expect(router.hosts('http.80')).toMatchObject([
      { name: 'a.com:80', requireTls: 'ALL', routes: [{ route: {} }] },
      { name: 'default/b.com:80', domains: ['default/b.com'], requireTls: 'ALL' },
    ])
    expect(router.hosts('http.80')[1]).not.toHaveProperty('routes')
  })

  it('answer nothing when no VirtualService is bound', () => {
    const router = new Router(gateway('gw', [http(['a.com'])]))
    expect(router.hosts('http.80')).toEqual([{ name: 'blackhole:80', domains: ['*'] }])
    expect(router.gateways.routes).toMatchObject([{ blackhole: true, servers: [{ owner: 'default/gw' }] }])
  })

  it("guess a destination's port by the service of the VirtualService's namespace", () => {
    const port = (number: number) => [{ name: 'http', port: number }]
    const router = new Router(
      service('web', port(8000)) +
        gateway('gw', [http(['*'])]) +
        virtualService('v', ['a.com'], { http: [{ route: to('web') }] }),
    )
    const [host] = router.hosts('http.80')
    expect(host?.routes?.[0]?.route?.cluster).toBe('outbound|8000||web.default.svc.cluster.local')
  })

  it('know the lines that they come from', () => {
    const router = new Router(gateway('gw', [http(['*'])]) + virtualService('v', ['a.com'], routes))
    const [fact] = router.resources.routes
    expect(fact?.origins.map(({ what }) => what)).toEqual(['Gateway default/gw'])
    const [host] = fact?.virtualHosts ?? []
    expect(host?.origins.map(({ what, location }) => `${what} ${location}`)).toEqual([
      expect.stringMatching(/^VirtualService default\/v mesh\.yaml:3:\d+$/),
    ])
  })

  it('take hostile names for names', () => {
    const router = new Router(
      gateway('gw', [http(['*'])]) + virtualService('constructor', ['tostring.constructor'], routes),
    )
    expect(router.hosts('http.80').map(({ name }) => name)).toEqual(['tostring.constructor:80'])
  })
})
