/** What becomes of resources that a stock Envoy cannot load, or that would reach this machine. */
import { describe, expect, it } from 'vitest'
import { envoyFiles } from '../../src/sandbox/envoy/files.ts'
import type { ReceivedResources } from '../../src/simulation/resources.ts'

const LUA = 'type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua'
const LOGGER = 'type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog'

const RESOURCES = {
  lds: [
    {
      name: 'web',
      address: { socketAddress: { address: '0.0.0.0', portValue: 80 } },
      accessLog: [
        { name: 'envoy.access_loggers.file', typedConfig: { '@type': LOGGER, path: '/etc/passwd' } },
        { name: 'envoy.access_loggers.http_grpc', typedConfig: {} },
      ],
      filterChains: [
        {
          filters: [
            { name: 'istio.stats' },
            { name: 'extensions.istio.io/trafficextension/shop.code', configDiscovery: { typeUrls: [] } },
            { name: 'mine', typedConfig: { '@type': LUA, defaultSourceCode: { inlineString: 'os.execute("id")' } } },
            { name: 'envoy.filters.network.tcp_proxy' },
          ],
        },
      ],
    },
    { name: 'socket', address: { pipe: { path: '/run/docker.sock' } } },
  ],
  cds: [
    { name: '../../etc', type: 'EDS' },
    { name: 'more', type: 'EDS' },
  ],
  eds: [
    {
      clusterName: '../../etc',
      endpoints: [{ lbEndpoints: [{ endpoint: { address: { pipe: { path: '/run/docker.sock' } } } }] }],
    },
  ],
  rds: [],
} as ReceivedResources

const { files, removed } = envoyFiles(RESOURCES, {
  folder: '/sandbox/web',
  node: {},
  adminPort: 15000,
  mostWatched: 1,
  resolver: {},
  bindOf: () => ({}),
})

describe('the files of an Envoy', () => {
  it('have the endpoints beyond the limit of files in the clusters themselves', () => {
    const { resources } = JSON.parse(files.get('cds.json') ?? '') as { resources: readonly object[] }
    expect(resources).toMatchObject([
      { name: '../../etc', type: 'EDS' },
      { name: 'more', type: 'STATIC', loadAssignment: { clusterName: 'more', endpoints: [] } },
    ])
  })

  it('are in its folder, whatever names resources have', () => {
    expect([...files.keys()]).toEqual(['eds/__.._etc.json', 'cds.json', 'lds.json', 'bootstrap.json'])
  })

  it('have no code that a manifest has', () => {
    expect([...files.values()].join('')).not.toMatch(/os\.execute|configDiscovery/)
  })

  it('name no file or socket that a manifest names', () => {
    const text = [...files.values()].join('')
    expect(text).not.toMatch(/passwd|docker\.sock/)
    expect(text).toContain('"path": "/sandbox/web.access.log"')
  })

  it('have no filters that only Istio has, and say so', () => {
    expect(files.get('lds.json')).not.toContain('istio.stats')
    expect(files.get('lds.json')).toContain('envoy.filters.network.tcp_proxy')
    expect([...removed].sort()).toEqual([
      'envoy.access_loggers.http_grpc',
      'extensions.istio.io/trafficextension/shop.code',
      'istio.stats',
      'listeners at sockets of the file system',
      'mine',
    ])
  })
})
