import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { database, said, saidOfMesh } from './say.ts'

const SCENARIOS = fileURLToPath(new URL('../../../fixtures/scenarios/', import.meta.url))

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name)
      if (statSync(path).isDirectory()) return filesIn(path)
      return name.endsWith('.yaml') ? [path] : []
    })
}

/** The manifests of a scenario. */
const scenario = (name: string, ...without: readonly string[]): string =>
  filesIn(join(SCENARIOS, name))
    .filter((path) => !without.some((end) => path.endsWith(end)))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n---\n')

const WITHOUT_CAPTURE = { metadata: { DNS_CAPTURE: '' } }

describe('the changes of the scenarios', () => {
  it('2: DNS capture is turned on for one pod', () => {
    const mesh = scenario('04-automatic-address')
    expect(said(mesh, mesh, WITHOUT_CAPTURE, { nodeAfter: {} })).toEqual([
      'dns-change: DNS queries are answered by the proxy (before: by the upstream resolver)',
      'dns-change: auto.internal resolves to 240.240.0.1 (before: by the upstream resolver)',
      'route-change: requests for 240.240.0.1 are now routed like those for auto.internal:80',
    ])
  })

  it('4: an entry without addresses gets one, and its name answers', () => {
    const entry = scenario('04-automatic-address')
    expect(saidOfMesh('', entry)).toEqual(['vip-new: auto.internal gets the VIPs 240.240.0.1 and 2001:2::1'])
    expect(said('', entry)).toEqual([
      'dns-change: auto.internal resolves to 240.240.0.1 (before: by the upstream resolver)',
      'reachable: auto.internal:80 becomes reachable by its host name',
    ])
  })

  it('6: a second database wants the port of the first, and gets one of its own', () => {
    const [first, second] = [database('db-1'), database('db-2')]
    expect(said(first, first + second, WITHOUT_CAPTURE)).toEqual([
      'conflict-new: db-2.example.com:3306 is not reached: db-1.example.com has 0.0.0.0_3306',
    ])
    expect(said(first + second, first + second.replace('number: 3306', 'number: 3307'), WITHOUT_CAPTURE)).toEqual([
      'reachable: db-2.example.com:3307 becomes reachable on 0.0.0.0_3307',
      'conflict-gone: db-2.example.com:3306 is gone; it had lost 0.0.0.0_3306 to db-1.example.com',
    ])
    expect(said(first + second, first + second, WITHOUT_CAPTURE, { nodeAfter: {} })).toEqual([
      'dns-change: DNS queries are answered by the proxy (before: by the upstream resolver)',
      'dns-change: db-1.example.com resolves to 240.240.0.1 (before: by the upstream resolver)',
      'dns-change: db-2.example.com resolves to 240.240.0.2 (before: by the upstream resolver)',
      'listener-won: db-1.example.com:3306 is reached on 240.240.0.1_3306 (before: 0.0.0.0_3306)',
      'conflict-gone: db-2.example.com:3306 is reached on 240.240.0.2_3306 (before: db-1.example.com had 0.0.0.0_3306)',
    ])
  })

  it('9: VMs join an entry', () => {
    const mesh = scenario('09-virtual-machines')
    const machine = `
---
apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata: {name: vm-new, namespace: vm}
spec: {address: 192.0.2.99, labels: {app: myvmapi}}
`
    expect(said(mesh, mesh + machine)).toEqual(['endpoint-change: my-vm.com:80 gets the endpoint 192.0.2.99:8080'])
  })

  it('12: a name is sent to the gateway of another cluster', () => {
    expect(said(scenario('12-other-clusters-gateway', 'entry.yaml'), scenario('12-other-clusters-gateway'))).toEqual([
      'dns-change: api.tetrate.io resolves to 240.240.0.1 (before: by the upstream resolver)',
      'reachable: api.tetrate.io:443 becomes reachable on 240.240.0.1_443',
      'reachable: api.tetrate.io:80 becomes reachable by its host name',
    ])
  })

  it('14: weights, timeouts and faults', () => {
    const mesh = scenario('14-traffic-management')
    const canary = mesh.replace('weight: 90', 'weight: 50').replace('weight: 10', 'weight: 50')
    const shop = { namespace: 'shop' }
    expect(said(mesh, canary, shop)).toEqual([
      'route-change: requests for reviews.shop:9080: v1 90% -> 50%, v2 10% -> 50%',
    ])
    expect(said(mesh, mesh.replace('timeout: 3s', 'timeout: 1s'), shop)).toEqual([
      'route-change: requests for reviews.shop:9080 time out after 1s (before: 3s)',
    ])
    expect(said(mesh, mesh.replace('fixedDelay: 7s', 'fixedDelay: 1s'), shop)).toEqual([
      'route-change: requests for reviews.shop:9080 with end-user: jason: 50% wait 1s (before: 50% wait 7s)',
    ])
    expect(said(mesh, mesh.replace('maxConnections: 100', 'maxConnections: 5'), shop)).toEqual([
      'cluster-change: reviews.shop:9080 and its subsets: at most 5 connections (before: 100)',
    ])
  })

  it('15: a host of several namespaces, exportTo, and a Sidecar that hides an entry', () => {
    const mesh = scenario('15-visibility')
    const withoutSidecar = scenario('15-visibility', 'sidecar.yaml')
    const moved = mesh.replace('    - "team-c"\n', '    - "team-b"\n')
    expect(said(mesh, moved, { namespace: 'team-b' })).toEqual([
      'dns-change: reports.example.com resolves to 198.51.100.3 (before: by the upstream resolver)',
      'reachable: reports.example.com:5432 becomes reachable on 198.51.100.3_5432 (before: not exported here)',
    ])
    expect(said(mesh, moved, { namespace: 'team-c' })).toEqual([
      'dns-change: reports.example.com goes to the upstream resolver (before: 198.51.100.3)',
      'unreachable: reports.example.com:5432 is not exported here; connections pass unchanged',
    ])
    expect(said(withoutSidecar, mesh, { namespace: 'team-d' })).toEqual([
      'dns-change: cache.example.com goes to the upstream resolver (before: 198.51.100.1)',
      'dns-change: metrics.example.com resolves to 198.51.100.5 (before: by the upstream resolver)',
      'unreachable: cache.example.com:6379 is left out by Sidecar team-d/default; connections pass unchanged',
      'reachable: metrics.example.com:9000 becomes reachable on 198.51.100.5_9000',
    ])
  })
})
