import { describe, expect, it } from 'vitest'
import { loadMesh, proxyOf } from './mesh.ts'

const mesh = loadMesh('15-visibility')

const HOSTS = ['cache.example.com', 'reports.example.com', 'secrets.example.com', 'metrics.example.com'] as const

const [COMMON_CACHE, OWN_CACHE, REPORTS, SECRETS, METRICS] = [1, 2, 3, 4, 5].map((last) => [`198.51.100.${last}`])
const UPSTREAM = 'upstream'

describe.each([
  ['team-a', 'sees what it offers itself', [COMMON_CACHE, REPORTS, SECRETS, METRICS]],
  ['team-b', 'has its own entry of the host that team-a offers too', [OWN_CACHE, UPSTREAM, UPSTREAM, METRICS]],
  ['team-c', 'sees what is exported to it', [COMMON_CACHE, REPORTS, UPSTREAM, METRICS]],
  ['team-d', 'sees what its Sidecar lets through', [UPSTREAM, UPSTREAM, UPSTREAM, METRICS]],
])('%s', (namespace, what, answers) => {
  const proxy = proxyOf(mesh, `client.${namespace}`)

  it(what, () => {
    expect(HOSTS.map((host) => proxy.resolve(host))).toEqual(answers)
  })

  it('has clusters of these hosts and of no others', () => {
    const visible = HOSTS.filter((_, index) => answers[index] !== UPSTREAM)
    expect(
      proxy
        .outboundClusters()
        .map((name) => name.split('|')[3])
        .toSorted(),
    ).toEqual([...visible].toSorted())
  })
})

it('traffic goes to the entry that the namespace gets', () => {
  const endpointsFrom = (namespace: string) =>
    proxyOf(mesh, `client.${namespace}`).connect({ host: 'cache.example.com', port: 6379, protocol: 'tcp' }).endpoints
  expect(endpointsFrom('team-a')).toEqual(['192.0.2.1:6379'])
  expect(endpointsFrom('team-b')).toEqual(['192.0.2.2:6379'])
  expect(endpointsFrom('team-c')).toEqual(['192.0.2.1:6379'])
})
