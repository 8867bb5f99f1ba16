import { describe, expect, it } from 'vitest'
import { namespacesOf } from '../../../src/findings/lint/engine/proxies.ts'
import { type LintProxy, lint, syntheticProxies } from '../../../src/findings/lint/index.ts'
import { computeMesh } from '../../../src/pipeline.ts'
import type { Metadata } from '../../../src/proxy/metadata.ts'
import { buildProxy } from '../../../src/proxy/node.ts'
import { syntheticNode } from '../../../src/proxy/select.ts'
import type { Snapshot } from '../../../src/resources/snapshot.ts'
import { readCase, snapshotOf } from '../../conformance/cases.ts'
import { allCases } from '../../conformance/sets.ts'
import { Random } from '../../fuzz/random.ts'
import { meshOf } from '../../support/mesh.ts'

/** One proxy per namespace, each checked separately. */
function oneByOne(snapshot: Snapshot, more: Metadata = new Map()): readonly LintProxy[] {
  return ['true', 'false'].flatMap((capture) =>
    namespacesOf(snapshot).map((namespace): LintProxy => {
      const node = syntheticNode(namespace, snapshot)
      const proxy = buildProxy(
        { ...node, metadata: new Map([...node.metadata, ...more, ['DNS_CAPTURE', capture]]) },
        snapshot,
      )
      const condition = capture === 'true' ? 'with DNS capture' : 'without DNS capture'
      return { proxy, namespaces: [namespace], condition, variations: [] }
    }),
  )
}

function saidOf(snapshot: Snapshot, proxies: (mesh: ReturnType<typeof computeMesh>) => readonly LintProxy[]) {
  const mesh = computeMesh(snapshot)
  const facts = { registry: mesh.registry, scope: mesh.scope, fromVersion: undefined }
  return lint(facts, { proxies: proxies(mesh), severities: new Map() }).map(
    ({ rule, object, message, namespaces }) => `${rule} ${object.namespace}/${object.name} [${namespaces}] ${message}`,
  )
}

function expectTheSame(snapshot: Snapshot, metadata?: Metadata): readonly string[] {
  const together = saidOf(snapshot, ({ scope }) => syntheticProxies(scope, 'both', metadata))
  expect(together).toEqual(saidOf(snapshot, () => oneByOne(snapshot, metadata)))
  return together
}

describe('namespaces that are looked at together', () => {
  it.each(allCases())('get the same findings as alone: $name', ({ folder, name }) => {
    expectTheSame(snapshotOf(readCase(folder, name)))
  })
})

const NAMESPACES = ['a', 'b', 'c', 'd', 'e']
const PROTOCOLS = ['TCP', 'HTTP', 'MYSQL', 'TLS', 'HTTPS', 'MONGO', 'GRPC']

function randomEntry(random: Random, index: number): string {
  const own = random.chance(0.3) ? `  addresses: [10.9.0.${random.below(4)}]\n` : ''
  const seenBy = random.chance(0.4) ? `  exportTo: ['${random.pick(['.', '*', 'a', 'b'])}']\n` : ''
  return `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: e${index}, namespace: ${random.pick(NAMESPACES)}}
spec:
  hosts: [h${random.below(8)}.example.com]
${own}${seenBy}  resolution: ${random.pick(['DNS', 'NONE', 'STATIC'])}
  ports:
  - {number: ${random.pick(['80', '3306', '443'])}, name: p, protocol: ${random.pick(PROTOCOLS)}}
---
`
}

function randomSidecar(random: Random): string {
  const host = random.pick(['./*', '*/*', 'b/*', '*/h1.example.com'])
  return `apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: s, namespace: ${random.pick(NAMESPACES)}}
spec: {egress: [{hosts: ['${host}']}]}
---
`
}

describe('random meshes with private and repeated hosts', () => {
  it('get the same findings together as namespace by namespace', () => {
    let findings = 0
    for (let seed = 1; seed <= 200; seed++) {
      const random = new Random(seed)
      const entries = Array.from({ length: 4 + random.below(16) }, (_, index) => randomEntry(random, index))
      const sidecar = random.chance(0.3) ? [randomSidecar(random)] : []
      findings += expectTheSame(meshOf([...entries, ...sidecar].join('')).snapshot).length
    }
    expect(findings).toBeGreaterThan(100)
  })
})

describe('a private entry with the further address of a Service for all', () => {
  const MESH = `apiVersion: v1
kind: Service
metadata: {name: web, namespace: b}
spec: {clusterIP: 10.96.0.1, clusterIPs: [10.96.0.1, 'fd00::1'], ports: [{port: 3306, name: tcp}]}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: db, namespace: a}
spec:
  hosts: [db.example.com]
  addresses: ['fd00::1']
  exportTo: ['.']
  resolution: DNS
  ports: [{number: 3306, name: tcp, protocol: TCP}]
`

  it('is rejected by Envoy for the namespace that sees it', () => {
    const dual = new Map([['INSTANCE_IPS', '10.0.0.1,fd00::9']])
    const findings = expectTheSame(meshOf(MESH, { env: { ISTIO_DUAL_STACK: 'true' } }).snapshot, dual)
    expect(findings.filter((text) => text.startsWith('envoy-rejects'))).toEqual([
      expect.stringMatching(/^envoy-rejects a\/db \[a\] .* makes listener fd00::1_3306/),
    ])
  })
})
