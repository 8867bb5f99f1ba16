import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EnvoyMessages, messagesOf } from '../../src/answers/dump/resources.ts'
import { buildEnvoyResources } from '../../src/envoy/index.ts'
import { referencedClusters } from '../../src/envoy/referenced-clusters.ts'
import type { Snapshot } from '../../src/resources/snapshot.ts'
import { type CaseProxy, nodeOf, readCase, snapshotOf } from '../conformance/cases.ts'
import { allCases, casesOf, setsNamed } from '../conformance/sets.ts'
import { withoutSubset } from './lint/golden.ts'
import { examine } from './meshes.ts'

const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8'))

const DEFAULT_CLUSTER = /^outbound\|\d+\|\|/

/** Every string in a value that is a cluster's name, as `grep` would find. */
function textsIn(value: unknown, texts = new Set<string>()): Set<string> {
  if (typeof value === 'string') texts.add(value)
  else if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) textsIn(item, texts)
  return texts
}

const KINDS = ['lds', 'rds'] as const

/** Golden listeners and routes; our own where the reference's order is random. */
function referring(folder: string, proxy: string, own: EnvoyMessages): unknown[] {
  const unstable = existsSync(join(folder, 'unstable.json')) ? readJson(join(folder, 'unstable.json')) : {}
  return KINDS.flatMap((kind) => {
    const names = new Set<string>(unstable[`${proxy}/${kind}`] ?? [])
    const missing = (own[kind] as readonly { name: string }[]).filter(({ name }) => names.has(name))
    return [...readJson(join(folder, proxy, `${kind}.json`)), ...missing]
  })
}

/** The clusters in the reference's output to which its listeners and routes lead neither directly nor by a subset. */
function unreachedByReference(folder: string, proxy: string, own: EnvoyMessages): string[] {
  const named = new Set([...textsIn(referring(folder, proxy, own))].map(withoutSubset))
  return (readJson(join(folder, proxy, 'cds.json')) as { name: string }[])
    .map(({ name }) => name)
    .filter((name) => DEFAULT_CLUSTER.test(name) && !named.has(name))
    .sort()
}

/** What vipctl computes for a proxy of a case. */
function computed(snapshot: Snapshot, proxy: CaseProxy) {
  const examined = examine(snapshot, () => nodeOf(proxy))
  return { ...examined, resources: buildEnvoyResources(examined.view) }
}

/** EnvoyFilters that move listeners; in ef-merge a patch renames a cluster, which is no port of a service any more. */
const patchedCases = () =>
  setsNamed('policies').flatMap((set) =>
    casesOf(set, /^ef-(?!merge$)(?:filter-chain|listener.*|network-filter|hcm|order)$/),
  )

describe.each([...allCases(), ...patchedCases()])('$name', ({ folder, name }) => {
  const meshCase = readCase(folder, name)
  const sidecars = meshCase.proxies.filter((proxy) => nodeOf(proxy).id.startsWith('sidecar~'))
  const results = new Map<CaseProxy, ReturnType<typeof computed>>()

  beforeAll(() => {
    const snapshot = snapshotOf(meshCase)
    for (const proxy of meshCase.proxies) results.set(proxy, computed(snapshot, proxy))
  })

  afterAll(() => results.clear())

  const resultOf = (proxy: CaseProxy) => results.get(proxy) as ReturnType<typeof computed>

  it.skipIf(sidecars.length === 0)(
    'losers and ports without a listener are what the reference leads nothing to',
    () => {
      for (const proxy of sidecars) {
        const { report, resources } = resultOf(proxy)
        const found = [...report.conflicts.flatMap(({ losers }) => losers), ...report.withoutListener]
        const clusters = new Set(found.map(({ host, port }) => `outbound|${port}||${host}`))
        const wanted = unreachedByReference(join(meshCase.folder, 'expected'), proxy.name, messagesOf(resources))
        expect([...clusters].sort(), proxy.name).toEqual(wanted)
      }
    },
  )

  it('what is reached is decided without writing listeners as it is with them', () => {
    for (const proxy of meshCase.proxies) {
      const { reach, resources } = resultOf(proxy)
      const { listeners, routes, clusters } = resources
      const written = [...listeners.listeners, ...routes].map(({ resource }) => resource)
      expect([...reach.referenced].sort(), proxy.name).toEqual([...referencedClusters(written)].sort())
      const names = clusters.map(({ resource }) => resource.name)
      const unreferenced = names.filter((cluster) => DEFAULT_CLUSTER.test(cluster) && !reach.referenced.has(cluster))
      expect(reach.unreferenced(), proxy.name).toEqual([...new Set(unreferenced)])
    }
  })
})
