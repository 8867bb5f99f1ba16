/** Meshes that are long in one dimension each, or in two that do not multiply what is generated. */
import {
  address,
  endpointSlice,
  entry,
  httpEntry,
  istio,
  items,
  list,
  meshConfig,
  meshNetworks,
  namespaceObject,
  pod,
  service,
  TCP,
  together,
} from './manifests.ts'

/** The manifests of a mesh of a given size. */
export type Growing = (size: number) => string

const DESTINATION = 'route: [{destination: {host: db.example.com}}]'
const rule = (name: string, spec: string) => istio('DestinationRule', name, spec)
const routes = (name: string, spec: string) => istio('VirtualService', name, spec)

/** @param http the routes to the host of `httpEntry`, in flow style */
const dbRoutes = (http: string) => routes('v', `hosts: [db.example.com], http: ${http}`)

const subsets = (n: number) =>
  rule('d', `host: db.example.com, subsets: ${items(n, (i) => `{name: s${i}, labels: {v: v${i}}}`)}`)

/** Hosts in flow style. */
const hosts = (n: number) => items(n, (i) => `h${i}.example.com`)

/** Entries with one host each. */
const entries = (n: number) => list(n, (i) => entry({ name: `e${i}`, hosts: `[h${i}.example.com]` }))

/** The same, each in its own namespace. */
const scatteredEntries = (n: number) =>
  list(n, (i) => entry({ name: `e${i}`, namespace: `n${i}`, hosts: `[h${i}.example.com]` }))

/** Entries that each select the workloads of one application. */
const selectingEntries = (n: number) =>
  list(n, (i) =>
    entry({
      name: `e${i}`,
      hosts: `[h${i}.example.com]`,
      resolution: 'STATIC',
      more: `, workloadSelector: {labels: {app: a${i}}}`,
    }),
  )

const ofOneEntry: Readonly<Record<string, Growing>> = {
  hosts: (n) => entry({ hosts: hosts(n) }),
  'one host many times': (n) => entry({ hosts: items(n, () => 'h.example.com') }),
  'wildcard hosts': (n) => entry({ hosts: items(n, (i) => `"*.h${i}.example.com"`), resolution: 'NONE' }),
  'wildcard hosts of other lengths': (n) =>
    entry({ hosts: items(n, (i) => `"*.h${'x'.repeat(i % 50)}${i}.example.com"`), resolution: 'NONE' }),
  exportTo: (n) => entry({ more: `, exportTo: ${items(n, (i) => `n${i}`)}` }),
  'hosts and exportTo': (n) => entry({ hosts: hosts(n), more: `, exportTo: ${items(n, (i) => `n${i}`)}` }),
  ports: (n) => entry({ ports: `ports: ${items(n, (i) => `{number: ${1000 + i}, name: tcp-${i}, protocol: TCP}`)}` }),
  endpoints: (n) =>
    entry({ resolution: 'STATIC', more: `, endpoints: ${items(n, (i) => `{address: ${address(i)}}`)}` }),
  'endpoints with labels': (n) =>
    entry({
      resolution: 'STATIC',
      more: `, endpoints: ${items(n, (i) => `{address: ${address(i)}, labels: {v: v${i}}, locality: r${i}/z}`)}`,
    }),
  addresses: (n) => entry({ ports: TCP, more: `, addresses: ${items(n, address)}` }),
  subjectAltNames: (n) => entry({ more: `, subjectAltNames: ${items(n, (i) => `"spiffe://c/ns/a/sa/s${i}"`)}` }),
}

const ofEntries: Readonly<Record<string, Growing>> = {
  entries: (n) => together(entries(n)),
  'entries in other namespaces': (n) =>
    together(list(n, (i) => entry({ name: 'e', namespace: `n${i}`, hosts: `[h${i}.example.com]` }))),
  'private entries': (n) =>
    together(
      list(n, (i) => entry({ name: 'e', namespace: `n${i}`, hosts: `[h${i}.example.com]`, more: ', exportTo: ["."]' })),
    ),
  'entries of one host': (n) => together(list(n, (i) => entry({ name: `e${i}` }))),
  'entries of one host with other ports': (n) =>
    together(
      list(n, (i) => entry({ name: `e${i}`, ports: `ports: [{number: ${1000 + i}, name: tls, protocol: TLS}]` })),
    ),
  'entries of one host in other namespaces': (n) =>
    together(list(n, (i) => entry({ name: `e${i}`, namespace: `n${i}` }))),
  'entries of one host with other endpoints': (n) =>
    together(
      list(n, (i) => entry({ name: `e${i}`, resolution: 'STATIC', more: `, endpoints: [{address: ${address(i)}}]` })),
    ),
  'entries that share a port': (n) =>
    together(list(n, (i) => entry({ name: `e${i}`, hosts: `[h${i}.example.com]`, ports: TCP }))),
  'entries that share an address': (n) =>
    together(
      list(n, (i) =>
        entry({ name: `e${i}`, hosts: `[h${i}.example.com]`, ports: TCP, more: ', addresses: [10.0.0.1]' }),
      ),
    ),
  'one entry many times': (n) => together(list(n, () => entry())),
  'entries that overlap in exportTo': (n) =>
    together(
      list(n, (i) => entry({ name: `e${i}`, hosts: `[h${i}.example.com]`, more: `, exportTo: [n${i}, n${i + 1}]` })),
    ),
  Services: (n) => together(list(n, (i) => service(`web-${i}`))),
  'ports of a Service': (n) => service('web', `ports: ${items(n, (i) => `{name: tcp-${i}, port: ${1000 + i}}`)}`),
  namespaces: (n) =>
    together(
      list(n, (i) => namespaceObject(`n${i}`)),
      list(n, (i) => service('web', undefined, `n${i}`)),
    ),
}

const ofRules: Readonly<Record<string, Growing>> = {
  'DestinationRules of a host': (n) =>
    together(
      entry(),
      list(n, (i) => rule(`d${i}`, `host: db.example.com, subsets: [{name: s${i}, labels: {v: v${i}}}]`)),
    ),
  'DestinationRules of a host with other exportTo': (n) =>
    together(
      entry(),
      list(n, (i) => rule(`d${i}`, `host: db.example.com, exportTo: [n${i}], subsets: [{name: s${i}}]`)),
    ),
  'DestinationRules of a host with selectors': (n) =>
    together(
      entry(),
      list(n, (i) => rule(`d${i}`, `host: db.example.com, workloadSelector: {matchLabels: {app: a${i}}}`)),
    ),
  'DestinationRules of other hosts': (n) =>
    together(
      entries(n),
      list(n, (i) => rule(`d${i}`, `host: h${i}.example.com`)),
    ),
  subsets: (n) => together(entry(), subsets(n)),
  'subsets with routes to them': (n) =>
    together(
      httpEntry(),
      subsets(n),
      dbRoutes(
        items(
          n,
          (i) => `{match: [{uri: {prefix: /${i}}}], route: [{destination: {host: db.example.com, subset: s${i}}}]}`,
        ),
      ),
    ),
  'settings of ports': (n) =>
    together(
      entry({ ports: `ports: ${items(n, (i) => `{number: ${1000 + i}, name: tcp-${i}, protocol: TCP}`)}` }),
      rule(
        'd',
        `host: db.example.com, trafficPolicy: {portLevelSettings: ${items(n, (i) => `{port: {number: ${1000 + i}}, connectionPool: {tcp: {maxConnections: 7}}}`)}}`,
      ),
    ),
  'localities with shares of the traffic': (n) =>
    together(
      entry({
        resolution: 'STATIC',
        more: `, endpoints: ${items(n, (i) => `{address: ${address(i)}, locality: r${i}/z}`)}`,
      }),
      rule(
        'd',
        `host: db.example.com, trafficPolicy: {outlierDetection: {}, loadBalancer: {localityLbSetting: {enabled: true, distribute: ${items(n, (i) => `{from: r${i}/*, to: {"r${i}/*": 100}}`)}}}}`,
      ),
    ),
}

const ofRoutes: Readonly<Record<string, Growing>> = {
  'VirtualServices of a host': (n) =>
    together(
      httpEntry(),
      list(n, (i) => routes(`v${i}`, `hosts: [db.example.com], http: [{${DESTINATION}}]`)),
    ),
  'VirtualServices of other hosts': (n) =>
    together(
      list(n, (i) => httpEntry({ name: `e${i}`, hosts: `[h${i}.example.com]` })),
      list(n, (i) => routes(`v${i}`, `hosts: [h${i}.example.com], http: [{${DESTINATION}}]`)),
    ),
  'hosts of a VirtualService': (n) =>
    together(
      httpEntry({ hosts: hosts(n) }),
      routes('v', `hosts: ${hosts(n)}, http: [{route: [{destination: {host: h0.example.com}}]}]`),
    ),
  'a wildcard VirtualService over hosts': (n) =>
    together(
      httpEntry({ hosts: hosts(n) }),
      routes('v', `hosts: ["*.example.com"], http: [{route: [{destination: {host: h0.example.com}}]}]`),
    ),
  'exportTo of a VirtualService': (n) =>
    together(
      httpEntry(),
      routes('v', `hosts: [db.example.com], exportTo: ${items(n, (i) => `n${i}`)}, http: [{${DESTINATION}}]`),
    ),
  routes: (n) => together(httpEntry(), dbRoutes(items(n, (i) => `{match: [{uri: {prefix: /${i}}}], ${DESTINATION}}`))),
  'routes that are never reached': (n) =>
    together(httpEntry(), dbRoutes(items(n, () => `{match: [{uri: {prefix: /}}], ${DESTINATION}}`))),
  matches: (n) =>
    together(httpEntry(), dbRoutes(`[{match: ${items(n, (i) => `{uri: {prefix: /${i}}}`)}, ${DESTINATION}}]`)),
  'headers of a match': (n) =>
    together(httpEntry(), dbRoutes(`[{match: [{headers: {${list(n, (i) => `h${i}: {exact: a}`)}}}], ${DESTINATION}}]`)),
  destinations: (n) =>
    together(
      httpEntry({ hosts: hosts(n) }),
      routes(
        'v',
        `hosts: [h0.example.com], http: [{route: ${items(n, (i) => `{weight: 1, destination: {host: h${i}.example.com}}`)}}]`,
      ),
    ),
  'server names': (n) =>
    together(
      entry({ hosts: '["*.example.com"]', resolution: 'NONE' }),
      routes(
        'v',
        `hosts: ["*.example.com"], tls: [{match: [{port: 443, sniHosts: ${hosts(n)}}], route: [{destination: {host: "*.example.com"}}]}]`,
      ),
    ),
  'TLS routes': (n) =>
    together(
      entry({ hosts: '["*.example.com"]', resolution: 'NONE' }),
      routes(
        'v',
        `hosts: ["*.example.com"], tls: ${items(n, (i) => `{match: [{port: 443, sniHosts: [h${i}.example.com]}], route: [{destination: {host: "*.example.com"}}]}`)}`,
      ),
    ),
  'TCP routes': (n) =>
    together(
      entry({ ports: TCP }),
      routes(
        'v',
        `hosts: [db.example.com], tcp: ${items(n, (i) => `{match: [{port: 3306, destinationSubnets: [10.0.${i >> 8}.${i & 255}]}], ${DESTINATION}}`)}`,
      ),
    ),
  delegates: (n) =>
    together(
      httpEntry(),
      dbRoutes(items(n, (i) => `{match: [{uri: {prefix: /${i}}}], delegate: {name: d${i}}}`)),
      list(n, (i) => routes(`d${i}`, `http: [{${DESTINATION}}]`)),
    ),
  'matches of a route and of its delegate': (n) =>
    together(
      httpEntry(),
      dbRoutes(`[{match: ${items(n, (i) => `{uri: {prefix: /${i}/}}`)}, delegate: {name: d}}]`),
      routes('d', `http: [{match: ${items(n, (i) => `{uri: {exact: /${i}/a}}`)}, ${DESTINATION}}]`),
    ),
  'routes with delegates of other paths': (n) =>
    together(
      httpEntry(),
      dbRoutes(items(n, (i) => `{match: [{uri: {exact: /${i}}}], delegate: {name: d}}`)),
      routes('d', `http: ${items(n, (i) => `{match: [{uri: {exact: /${i}}}], ${DESTINATION}}`)}`),
    ),
}

const SERVER = (i: number) =>
  `{hosts: [g${i}.example.com], port: {number: 443, name: https-${i}, protocol: HTTPS}, tls: {mode: SIMPLE, credentialName: c${i}}}`
const GATEWAY = 'selector: {istio: ingressgateway}'

const ofGateways: Readonly<Record<string, Growing>> = {
  'servers of a Gateway': (n) => istio('Gateway', 'g', `${GATEWAY}, servers: ${items(n, SERVER)}`),
  'hosts of a server': (n) =>
    istio(
      'Gateway',
      'g',
      `${GATEWAY}, servers: [{hosts: ${items(n, (i) => `g${i}.example.com`)}, port: {number: 80, name: http, protocol: HTTP}}]`,
    ),
  Gateways: (n) => together(list(n, (i) => istio('Gateway', `g${i}`, `${GATEWAY}, servers: [${SERVER(i)}]`))),
  'Gateways with VirtualServices': (n) =>
    together(
      httpEntry(),
      list(n, (i) =>
        istio(
          'Gateway',
          `g${i}`,
          `${GATEWAY}, servers: [{hosts: [g${i}.example.com], port: {number: 80, name: http, protocol: HTTP}}]`,
        ),
      ),
      list(n, (i) => routes(`v${i}`, `hosts: [g${i}.example.com], gateways: [g${i}], http: [{${DESTINATION}}]`)),
    ),
  'VirtualServices of a Gateway': (n) =>
    together(
      httpEntry(),
      istio('Gateway', 'g', `${GATEWAY}, servers: [{hosts: ["*"], port: {number: 80, name: http, protocol: HTTP}}]`),
      list(n, (i) => routes(`v${i}`, `hosts: [g${i}.example.com], gateways: [g], http: [{${DESTINATION}}]`)),
    ),
  'Gateways of a VirtualService': (n) =>
    together(
      httpEntry(),
      list(n, (i) =>
        istio(
          'Gateway',
          `g${i}`,
          `${GATEWAY}, servers: [{hosts: [g.example.com], port: {number: ${1000 + i}, name: http, protocol: HTTP}}]`,
        ),
      ),
      routes('v', `hosts: [g.example.com], gateways: ${items(n, (i) => `g${i}`)}, http: [{${DESTINATION}}]`),
    ),
}

const ofWorkloads: Readonly<Record<string, Growing>> = {
  'Pods of a Service': (n) =>
    together(
      service('web'),
      list(n, (i) => pod(`p${i}`, i, 'app: web')),
    ),
  'Pods and Services that select one each': (n) =>
    together(
      list(n, (i) => service(`web-${i}`)),
      list(n, (i) => pod(`p${i}`, i, `app: web-${i}`)),
    ),
  'Pods and entries that select one each': (n) =>
    together(
      selectingEntries(n),
      list(n, (i) => pod(`p${i}`, i, `app: a${i}`)),
    ),
  'labels of a Pod': (n) =>
    together(service('web'), pod('p', 1, ['app: web', ...list(n, (i) => `l${i}: v`)].join(', '))),
  WorkloadEntries: (n) =>
    together(
      entry({ resolution: 'STATIC', more: ', workloadSelector: {labels: {app: vm}}' }),
      list(n, (i) => istio('WorkloadEntry', `w${i}`, `address: ${address(i)}, labels: {app: vm}`)),
    ),
  'WorkloadEntries and entries that select one each': (n) =>
    together(
      selectingEntries(n),
      list(n, (i) => istio('WorkloadEntry', `w${i}`, `address: ${address(i)}, labels: {app: a${i}}`)),
    ),
  WorkloadGroups: (n) =>
    together(list(n, (i) => istio('WorkloadGroup', `g${i}`, `metadata: {labels: {app: a${i}}}, template: {}`))),
  'EndpointSlices of a Service': (n) =>
    together(
      service('web'),
      list(n, (i) => endpointSlice(`s${i}`, 'web', `[{addresses: [${address(i)}]}]`)),
    ),
  'endpoints of a slice': (n) =>
    together(
      service('web'),
      endpointSlice(
        's',
        'web',
        items(n, (i) => `{addresses: [${address(i)}]}`),
      ),
    ),
  'headless endpoints': (n) =>
    together(
      service('web', 'clusterIP: None, ports: [{name: tcp, port: 80}]'),
      endpointSlice(
        's',
        'web',
        items(n, (i) => `{addresses: [${address(i)}], hostname: h${i}}`),
      ),
    ),
}

const ofSidecars: Readonly<Record<string, Growing>> = {
  'egress hosts of a Sidecar': (n) =>
    together(
      scatteredEntries(n),
      istio('Sidecar', 's', `egress: [{hosts: ${items(n, (i) => `n${i}/h${i}.example.com`)}}]`),
    ),
  'egress namespaces of a Sidecar': (n) =>
    together(scatteredEntries(n), istio('Sidecar', 's', `egress: [{hosts: ${items(n, (i) => `n${i}/*`)}}]`)),
  'egress listeners of a Sidecar': (n) =>
    together(
      entry({ ports: TCP }),
      istio(
        'Sidecar',
        's',
        `egress: ${items(n, (i) => `{port: {number: ${4000 + i}, name: tcp-${i}, protocol: TCP}, hosts: ["./*"]}`)}`,
      ),
    ),
  'ingress listeners of a Sidecar': (n) =>
    together(
      pod('p', 1, 'app: web'),
      istio(
        'Sidecar',
        's',
        `workloadSelector: {labels: {app: web}}, ingress: ${items(n, (i) => `{port: {number: ${4000 + i}, name: tcp-${i}, protocol: TCP}, defaultEndpoint: "127.0.0.1:${4000 + i}"}`)}, egress: [{hosts: ["./*"]}]`,
      ),
    ),
  'Sidecars with selectors': (n) =>
    together(
      entry(),
      list(n, (i) => pod(`p${i}`, i, `app: a${i}`)),
      list(n, (i) => istio('Sidecar', `s${i}`, `workloadSelector: {labels: {app: a${i}}}, egress: [{hosts: ["./*"]}]`)),
    ),
  'Sidecars of a namespace': (n) =>
    together(
      entry(),
      list(n, (i) => istio('Sidecar', `s${i}`, 'egress: [{hosts: ["./*"]}]')),
    ),
}

const ofMesh: Readonly<Record<string, Growing>> = {
  'networks of the mesh': (n) =>
    together(
      meshNetworks(
        'networks:',
        ...list(
          n,
          (i) =>
            `  n${i}: {endpoints: [{fromCidr: 10.0.${i >> 8}.${i & 255}/32}], gateways: [{address: 1.1.1.1, port: 15443}]}`,
        ),
      ),
      entry({
        resolution: 'STATIC',
        more: `, endpoints: ${items(n, (i) => `{address: ${address(i)}, network: n${i}}`)}`,
      }),
    ),
  'service settings of the mesh': (n) =>
    together(
      meshConfig(
        `serviceSettings: ${items(n, (i) => `{settings: {clusterLocal: true}, hosts: ["*.n${i}.svc.cluster.local"]}`)}`,
      ),
      list(n, (i) => service('web', undefined, `n${i}`)),
    ),
  'discovery selectors of the mesh': (n) =>
    together(
      meshConfig(`discoverySelectors: ${items(n, (i) => `{matchLabels: {team: n${i}}}`)}`),
      list(n, (i) => namespaceObject(`n${i}`)),
      list(n, (i) => entry({ name: 'e', namespace: `n${i}`, hosts: `[h${i}.example.com]` })),
    ),
}

/** By the name of the dimension. */
export const MESHES: ReadonlyMap<string, Growing> = new Map(
  Object.entries({
    ...ofOneEntry,
    ...ofEntries,
    ...ofRules,
    ...ofRoutes,
    ...ofGateways,
    ...ofWorkloads,
    ...ofSidecars,
    ...ofMesh,
  }),
)
