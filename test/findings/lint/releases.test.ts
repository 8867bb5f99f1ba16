import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { RULE_RELEASES } from '../../../src/findings/lint/catalogue/releases.ts'
import type { RuleId } from '../../../src/findings/lint/index.ts'
import { ROOT } from '../../commands/cli.ts'
import { findingsOf } from './support.ts'

const STALE = `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: db, namespace: default}
spec:
  hosts: [db.example.com]
  addresses: [192.0.2.1]
  ports: [{number: 5432, name: tcp, protocol: TCP}]
  resolution: STATIC
status:
  addresses: [{host: db.example.com, value: 240.240.0.1}]
`

const INTERNAL = `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: all, namespace: default}
spec:
  hosts: ["*.example.com"]
  location: MESH_INTERNAL
  ports: [{number: 80, name: http, protocol: HTTP}]
  resolution: DYNAMIC_DNS
`

const WARMUP = `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: db, namespace: default}
spec:
  host: db.example.com
  trafficPolicy:
    loadBalancer: {simple: ROUND_ROBIN, warmup: {duration: 10s, aggression: 0.5}}
`

const AFTER_CATCH_ALL = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: web, namespace: default}
spec:
  hosts: [web.example.com]
  http:
  - route: [{destination: {host: web.example.com}}]
  - match: [{uri: {prefix: /a}}]
    route: [{destination: {host: web.example.com}}]
`

/** Workloads of WorkloadEntries have no health: since 1.25, names do not show them. */
const NETWORKS = `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: db, namespace: default}
spec:
  hosts: [db.example.com]
  ports: [{number: 80, name: http, protocol: HTTP}]
  resolution: NONE
  workloadSelector: {labels: {app: db}}
---
apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata: {name: db-1, namespace: default, labels: {app: db}}
spec: {address: 192.0.2.1, network: net-a, labels: {app: db}}
---
apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata: {name: db-2, namespace: default, labels: {app: db}}
spec: {address: 192.0.2.2, network: net-b, labels: {app: db}}
`

const count = (rule: RuleId, manifests: string, version: string): number =>
  findingsOf(rule, manifests, { version }).length

describe('a rule that depends on the release', () => {
  it.each<[RuleId, string, string, string]>([
    ['stale-status-address', STALE, '1.24', '1.25'],
    ['invalid-load-balancer-invalid', WARMUP, '1.31', '1.30'],
    ['invalid-dynamic-dns-internal', INTERNAL, '1.30', '1.29'],
    ['headless-remote-network', NETWORKS, '1.25', '1.24'],
    ['invalid-rule-unreachable', AFTER_CATCH_ALL, '1.26', '1.27'],
  ])('%s finds nothing where it does not hold', (rule, manifests, silent, finds) => {
    expect(count(rule, manifests, silent)).toBe(0)
    expect(count(rule, manifests, finds)).toBe(1)
  })
})

/** The behaviours that each file of a folder asks for. */
function asked(folder: string): (readonly [file: string, behaviours: readonly (string | undefined)[]])[] {
  const paths = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
  return paths
    .filter((path) => path.endsWith('.ts'))
    .map((path) => {
      const text = readFileSync(join(ROOT, folder, path), 'utf8')
      const names = [...text.matchAll(/\.has\('([a-z]+(?:-[a-z0-9]+)+)'\)/g)].map(([, name]) => name)
      return [basename(path, '.ts'), names] as const
    })
    .filter(([, names]) => names.length > 0)
}

function statedBy(id: string): readonly (string | undefined)[] {
  const { onlyWith, onlyWithout, differsBy = [] } = RULE_RELEASES[id as RuleId] ?? {}
  return [onlyWith, onlyWithout, ...differsBy]
}

describe('a page states the behaviours', () => {
  it.each(asked('src/findings/lint/rules'))('that the check of %s asks for', (id, behaviours) => {
    expect(statedBy(id)).toEqual(expect.arrayContaining([...behaviours]))
  })

  it.each(asked('src/kinds/validation'))('that admission asks for in %s', (_, behaviours) => {
    expect(Object.keys(RULE_RELEASES).flatMap(statedBy)).toEqual(expect.arrayContaining([...behaviours]))
  })
})
