import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { documents, folderOf, ROOT, vipctl } from './cli.ts'

const MISTAKES = 'fixtures/gateways/mistakes'

interface Named {
  readonly namespace: string
  readonly name: string
}

interface Message {
  readonly routers: readonly {
    readonly router: string
    readonly namespace: string
    readonly cluster: string
    readonly assumed: boolean
    readonly servers: readonly {
      readonly gateway: Named
      readonly port: number
      readonly listener: string
      readonly state: string
      readonly virtualServices: readonly Named[]
    }[]
    readonly conflicts: readonly { readonly kind: string; readonly orderAssumed: boolean }[]
  }[]
  readonly unbound: readonly (Named & { readonly gateway: Named; readonly reason: string })[]
  readonly findings: readonly {
    readonly code: string
    readonly message: string
    readonly location: { readonly file: string; readonly line: number; readonly column: number }
  }[]
}

async function gatewaysOf(argv: string, cwd?: string): Promise<Message> {
  const { stdout, code } = await vipctl(`gateways ${argv} -o json`, cwd === undefined ? {} : { cwd })
  expect(code).toBe(0)
  return JSON.parse(stdout) as Message
}

const nameOf = ({ namespace, name }: Named): string => `${namespace}/${name}`

interface GatewayOptions {
  readonly name?: string
  readonly namespace?: string
  readonly selector?: string
  /** In flow style. */
  readonly servers?: string
}

const HTTP = "[{port: {number: 80, name: http, protocol: HTTP}, hosts: ['*']}]"

function gateway({ name = 'g', namespace = 'default', selector = '{istio: ingress}', servers = HTTP }: GatewayOptions) {
  return `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  selector: ${selector}
  servers: ${servers}
`
}

function virtualService(name: string, hosts: string, gateways: string, routes = 'http'): string {
  return `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${name}, namespace: default}
spec:
  hosts: ${hosts}
  gateways: ${gateways}
  ${routes}: [{route: [{destination: {host: web.default.svc.cluster.local}}]}]
`
}

function pod(
  name: string,
  labels = '{istio: ingress}',
  container = '{name: istio-proxy, args: [proxy, router]}',
): string {
  return `apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  namespace: edge
  labels: ${labels}
  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: edge-1, uid: u, controller: true}]
spec:
  containers: [${container}]
status: {phase: Running, podIP: 10.0.0.9, podIPs: [{ip: 10.0.0.9}]}
`
}

const secret = (name: string, namespace: string): string => `apiVersion: v1
kind: Secret
metadata: {name: ${name}, namespace: ${namespace}}
stringData: {tls.key: hidden-key}
`

function tlsServer(tls: string, number = 443): string {
  return `[{port: {number: ${number}, name: https, protocol: HTTPS}, hosts: [a.example.com], tls: ${tls}}]`
}

describe('servers', () => {
  it('have a listener, a state, and the VirtualServices that have routes for them', async () => {
    const { routers } = await gatewaysOf(`-f ${MISTAKES}`)
    expect(routers).toHaveLength(1)
    const rows = routers[0]?.servers.map(({ gateway, port, listener, state, virtualServices }) =>
      [nameOf(gateway), port, listener, state, ...virtualServices.map(nameOf)].join(' '),
    )
    expect(rows).toEqual([
      'shop/shop 80 0.0.0.0_8080 serves shop/shop',
      'forum/forum 80 0.0.0.0_8080 no-routes',
      'forum/forum 80 0.0.0.0_8080 no-routes',
      'shop/shop 443 0.0.0.0_8443 serves shop/shop',
      'blog/blog 443 0.0.0.0_8443 no-routes',
      'shop/offers 443  lost',
    ])
  })

  describe('of one port share their routes, so', () => {
    const ALL = "[{port: {number: 80, name: http, protocol: HTTP}, hosts: ['*']}]"
    const textOf = async (...routes: readonly string[]): Promise<string> => {
      const gateways = ['a', 'b'].map((name) => gateway({ name, servers: ALL }))
      const cwd = folderOf({ 'm.yaml': documents(pod('p'), ...gateways, ...routes) })
      const { stdout } = await vipctl('gateways -f .', { cwd })
      return stdout
    }
    const at = (route: string, prefix: string): string =>
      route.replace('[{route', `[{match: [{uri: {prefix: ${prefix}}}], route`)

    it('one without a VirtualService is served by that of another', async () => {
      expect(await textOf(virtualService('first', "['*']", '[a]'))).toMatch(
        /^default\/b +80 HTTP +0\.0\.0\.0_80 +\* +- +- +served by default\/first /m,
      )
    })

    it('a VirtualService is never reached if an older one takes everything on its host', async () => {
      const text = await textOf(virtualService('first', "['*']", '[a]'), virtualService('second', "['*']", '[b]'))
      expect(text).toMatch(
        /^default\/b .* default\/second +never reached: default\/first takes everything on \* before it /m,
      )
      expect(text).toMatch(/^NEVER REACHED +HOST +WHY +SOURCE$/m)
      expect(text).toMatch(/^default\/second +\* +default\/first takes everything on \* before it +m\.yaml:\d+$/m)
    })

    it('a wider prefix hides narrower ones, and nothing else', async () => {
      const first = at(virtualService('first', '[x.example.com]', '[a]'), '/api')
      const second = virtualService('second', '[x.example.com]', '[b]').replace(
        '[{route',
        '[{match: [{uri: {prefix: /api/v2}}], route: [{destination: {host: web.default.svc.cluster.local}}]}, {match: [{uri: {prefix: /other}}], route',
      )
      const text = await textOf(first, second)
      expect(text).toMatch(/^default\/b .* default\/second +ok /m)
      expect(text).toMatch(/^default\/second http\[0\] +x\.example\.com +default\/first takes all of its requests/m)
    })

    it('hosts of their own are not affected', async () => {
      const text = await textOf(
        virtualService('first', '[x.example.com]', '[a]'),
        virtualService('second', '[y.example.com]', '[b]'),
      )
      expect(text).not.toContain('NEVER REACHED')
      expect(text.match(/ ok /g)).toHaveLength(2)
    })
  })

  it('of TCP and of TLS that is passed on need routes of their own kind', async () => {
    const servers = `[{port: {number: 3306, name: tcp, protocol: TCP}, hosts: ['*']},
    {port: {number: 443, name: tls, protocol: TLS}, hosts: [a.example.com], tls: {mode: PASSTHROUGH}}]`
    const http = virtualService('web', '[a.example.com]', '[g]')
    const tcp = virtualService('db', "['*']", '[g]', 'tcp')
    const cwd = folderOf({ 'm.yaml': documents(pod('p'), gateway({ servers }), http, tcp) })
    const { routers, unbound } = await gatewaysOf('-f .', cwd)
    const states = routers[0]?.servers.map(({ port, state, virtualServices }) => [port, state, virtualServices.length])
    expect(states).toEqual([
      [3306, 'serves', 1],
      [443, 'no-chains', 0],
    ])
    expect(unbound).toMatchObject([{ name: 'web', reason: 'other-protocol' }])
  })

  it('below 1024 are named for pods without privileges', async () => {
    const cwd = folderOf({ 'm.yaml': documents(pod('p'), gateway({})) })
    const { routers, findings } = await gatewaysOf('-f . --proxy p.edge --meta UNPRIVILEGED_POD=true', cwd)
    expect(routers[0]?.servers).toMatchObject([{ state: 'privileged-port' }])
    expect(findings).toMatchObject([{ code: 'server-privileged-port', location: { file: 'm.yaml', line: 17 } }])
  })
})

describe('findings', () => {
  it('name every mistake with file and line, and leave the exit code 0', async () => {
    const { findings } = await gatewaysOf(`-f ${MISTAKES}`)
    const said = findings.map(({ code, location }) => `${code} ${location.file.split('/').at(-1)}:${location.line}`)
    expect(said).toEqual([
      'gateway-selects-nothing gateways.yaml:80',
      'server-duplicate-tls-host gateways.yaml:39',
      'server-duplicate-host gateways.yaml:106',
      'credential-missing gateways.yaml:69',
      'virtual-service-hosts-differ routes.yaml:26',
      'virtual-service-gateway-missing routes.yaml:41',
      'virtual-service-server-lost routes.yaml:56',
      'virtual-service-not-exported routes.yaml:71',
      'virtual-service-other-protocol routes.yaml:88',
    ])
  })

  it('are warnings on stderr, which -q silences', async () => {
    const { stderr, code } = await vipctl(`gateways -f ${MISTAKES}`)
    expect(stderr.match(/^warning: fixtures\/gateways\/mistakes\/\w+\.yaml:\d+:\d+: /gm)).toHaveLength(9)
    expect(stderr).toContain('did you mean shop/shop?')
    expect(code).toBe(0)
    expect((await vipctl(`gateways -f ${MISTAKES} -q`)).stderr).toBe('')
  })

  it('never show what a Secret holds', async () => {
    const { stdout, stderr } = await vipctl(`gateways -f ${MISTAKES} -o json`)
    expect(stdout + stderr).not.toContain('never shown')
  })

  it('say nothing of Gateways that are as they should be', async () => {
    const web = virtualService('web', '[a.example.com]', '[g]')
    const cwd = folderOf({ 'm.yaml': documents(pod('p'), gateway({}), web) })
    const { findings, unbound, routers } = await gatewaysOf('-f .', cwd)
    expect(findings).toEqual([])
    expect(unbound).toEqual([])
    expect(routers[0]?.conflicts).toEqual([])
  })

  it('say that an order was assumed where creation times are missing or equal', async () => {
    const tls = tlsServer('{mode: SIMPLE, credentialName: c}')
    const two = documents(pod('p'), gateway({ name: 'a', servers: tls }), gateway({ name: 'b', servers: tls }))
    const { routers, findings } = await gatewaysOf('-f .', folderOf({ 'm.yaml': two }))
    expect(routers[0]?.conflicts).toMatchObject([{ kind: 'duplicate-tls-host', orderAssumed: true }])
    expect(findings[0]?.message).toContain('order assumed')
  })
})

describe('Secrets', () => {
  const simple = gateway({ servers: tlsServer('{mode: SIMPLE, credentialName: cert}') })

  async function missing(...texts: readonly string[]): Promise<readonly string[]> {
    const cwd = folderOf({ 'm.yaml': documents(pod('p'), ...texts) })
    const { findings } = await gatewaysOf('-f .', cwd)
    return findings.filter(({ code }) => code === 'credential-missing').map(({ message }) => message)
  }

  it('are missing only where the input has others', async () => {
    expect(await missing(simple)).toEqual([])
    expect(await missing(simple, secret('cert', 'edge'))).toEqual([])
    expect(await missing(simple, secret('other', 'edge'))).toMatchObject([expect.stringContaining('Secret edge/cert')])
  })

  it('are those of the namespace of the router, not of the Gateway', async () => {
    expect(await missing(simple, secret('cert', 'default'))).toHaveLength(1)
  })

  it('may be named with a namespace, in a list, or not be Secrets at all', async () => {
    const of = (tls: string) => missing(gateway({ servers: tlsServer(tls) }), secret('cert', 'edge'))
    expect(await of('{mode: SIMPLE, credentialName: "kubernetes-gateway://certs/cert"}')).toHaveLength(1)
    expect(await of('{mode: SIMPLE, credentialName: "kubernetes://cert"}')).toEqual([])
    expect(await of('{mode: SIMPLE, credentialName: "builtin://"}')).toEqual([])
    expect(await of('{mode: ISTIO_MUTUAL}')).toEqual([])
    expect(await of('{mode: MUTUAL, credentialName: cert, caCertCredentialName: ca}')).toMatchObject([
      expect.stringContaining('edge/ca'),
    ])
  })

  it('in a List count, too', async () => {
    const list = `apiVersion: v1\nkind: List\nitems:\n- ${secret('cert', 'edge').trim().replaceAll('\n', '\n  ')}\n`
    expect(await missing(simple, list)).toEqual([])
  })
})

describe('routers', () => {
  const routersOf = async (...texts: readonly string[]) =>
    (await gatewaysOf('-f .', folderOf({ 'm.yaml': documents(...texts) }))).routers.map(({ router }) => router)

  it('are workloads whose proxy is one, or that a Gateway selects; replicas count once', async () => {
    expect(await routersOf(pod('p-1'), pod('p-2'), gateway({}))).toEqual(['router of Pod edge/p-1'])
    const app = '{name: app}'
    expect(await routersOf(pod('p', '{istio: ingress}', app), gateway({}))).toEqual(['router of Pod edge/p'])
    const own = gateway({ namespace: 'edge', selector: '{c: d}' })
    expect(await routersOf(pod('p', '{a: b}', app), pod('r', '{c: d}'), own)).toEqual(['router of Pod edge/r'])
  })

  it('are not sidecars, whatever a Gateway selects', async () => {
    const sidecar = pod('s', '{istio: ingress}', '{name: istio-proxy, args: [proxy, sidecar]}')
    const routers = await routersOf(sidecar, gateway({}))
    expect(routers).toEqual([expect.stringContaining('assumed router')])
  })

  it('are assumed where the input has none, in the namespace of the Service that selects them', async () => {
    const service = `apiVersion: v1
kind: Service
metadata: {name: edge, namespace: edge}
spec:
  clusterIP: 10.96.0.1
  selector: {istio: ingress}
  ports: [{name: http, port: 80, targetPort: 8080}]
`
    const cwd = folderOf({ 'm.yaml': documents(service, gateway({})) })
    const { routers, findings } = await gatewaysOf('-f .', cwd)
    expect(routers).toMatchObject([{ assumed: true, namespace: 'edge', servers: [{ listener: '0.0.0.0_8080' }] }])
    expect(findings).toEqual([])
  })

  it('are assumed for Gateways that select none of those in the input, unless the selector looks like a mistake', async () => {
    const router = pod('r', '{istio: team-gateway}')
    const installed = gateway({ selector: '{istio: ingressgateway}' })
    const web = virtualService('web', '[a.example.com]', '[g]')
    const cwd = folderOf({ 'm.yaml': documents(router, installed, web) })
    const { routers, unbound } = await gatewaysOf('-f .', cwd)
    expect(routers.map(({ router: text }) => text)).toEqual([
      'router of Pod edge/r',
      'assumed router in namespace istio-system with labels istio=ingressgateway',
    ])
    expect(unbound).toEqual([])
    const misspelt = gateway({ selector: '{istio: team-gatway}' })
    const { findings } = await gatewaysOf('-f .', folderOf({ 'm.yaml': documents(router, misspelt, web) }))
    expect(findings).toMatchObject([
      { code: 'gateway-selects-nothing', message: expect.stringContaining('istio=team-gateway') },
    ])
  })

  it('of several clusters are told apart', async () => {
    const cwd = join(ROOT, 'fixtures/scenarios/13-two-networks')
    const { routers } = await gatewaysOf('-f east --cluster-id east --remote west=west', cwd)
    expect(routers.map(({ cluster }) => cluster)).toEqual(['east', 'west'])
  })

  it('that are named may say that they are something else', async () => {
    const sidecar = pod('s', '{istio: ingress}', '{name: istio-proxy, args: [proxy, sidecar]}')
    const cwd = folderOf({ 'm.yaml': documents(sidecar, gateway({})) })
    const { stdout, stderr } = await vipctl('gateways -f . --proxy s.edge', { cwd })
    expect(stderr).toContain('is treated as a router')
    expect(stdout).toContain('0.0.0.0_80')
  })

  it('are routers for every command, when a Gateway selects them', async () => {
    const web = virtualService('web', '[a.example.com]', '[g]')
    const texts = [gateway({}), web]
    async function listeners(container: string): Promise<string> {
      const cwd = folderOf({ 'm.yaml': documents(pod('p', '{istio: ingress}', container), ...texts) })
      return (await vipctl('proxy-config listeners -f . --proxy p.edge', { cwd })).stdout
    }
    expect(await listeners('{name: app}')).toMatch(/^0\.0\.0\.0 +80 .*http\.80/m)
    expect(await listeners('{name: app}')).not.toContain('15006')
    expect(await listeners('{name: istio-proxy, args: [proxy, sidecar]}')).toContain('15006')
  })

  it('that are named alone say nothing about the Gateways of others', async () => {
    const other = gateway({ name: 'other', selector: '{istio: other}' })
    const cwd = folderOf({ 'm.yaml': documents(pod('p'), other, virtualService('v', '[a.example.com]', '[other]')) })
    const { findings, unbound } = await gatewaysOf('-f . --proxy p.edge', cwd)
    expect({ findings, unbound }).toEqual({ findings: [], unbound: [] })
  })
})

describe('VirtualServices without a Gateway', () => {
  it('are named when there is no Gateway and no router at all', async () => {
    const cwd = folderOf({ 'm.yaml': virtualService('v', '[a.example.com]', '[g, mesh]') })
    const { findings } = await gatewaysOf('-f .', cwd)
    expect(findings).toMatchObject([{ code: 'virtual-service-gateway-missing', location: { line: 6 } }])
  })

  it('are not named when another router takes them', async () => {
    const exported = gateway({ selector: '{}' })
    const other = pod('q', '{istio: other}').replaceAll('edge', 'far')
    const v = virtualService('v', '[a.example.com]', '[g]').replace('spec:', 'spec:\n  exportTo: [far]')
    const { unbound } = await gatewaysOf('-f .', folderOf({ 'm.yaml': documents(pod('p'), other, exported, v) }))
    expect(unbound).toEqual([])
  })
})

describe('a Gateway by name', () => {
  it('is shown alone', async () => {
    const { routers, findings, unbound } = await gatewaysOf(`-f ${MISTAKES} shop/of*`)
    expect(routers[0]?.servers.map(({ gateway }) => nameOf(gateway))).toEqual(['shop/offers'])
    expect(findings.map(({ code }) => code)).toEqual(['server-duplicate-tls-host', 'virtual-service-server-lost'])
    expect(unbound).toMatchObject([{ name: 'offers' }])
  })

  it('that is not there is an error, with the nearest one', async () => {
    const { stderr, code } = await vipctl(`gateways -f ${MISTAKES} forun`)
    expect(stderr).toContain('did you mean forum?')
    expect(code).toBe(2)
  })
})
