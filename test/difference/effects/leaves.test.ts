import { describe, expect, it } from 'vitest'
import { compareProxy } from '../../../src/difference/compare-proxy.ts'
import { effectsOf } from '../../../src/difference/effects/index.ts'
import type { ComparedProxy, ResourceKind } from '../../../src/difference/model.ts'
import { buildEnvoyResources } from '../../../src/envoy/index.ts'
import { computeMesh, computeProxyView, parseManifests } from '../../../src/pipeline.ts'
import { parseNode } from '../../../src/proxy/node.ts'
import { syntheticNode } from '../../../src/proxy/select.ts'
import { buildSnapshot } from '../../../src/resources/index.ts'
import type { ProxyView } from '../../../src/scope/view.ts'
import type { JsonValue, PathStep } from '../../../src/sources/document.ts'
import { valueAt } from '../../../src/sources/mapping.ts'
import { readCorpus } from '../../fuzz/corpus.ts'
import { Random } from '../../fuzz/random.ts'
import { EditedFiles } from '../../incremental/edits.ts'

const CHANGES = Number(process.env.CHANGES ?? 600)
const CHANGES_OF_A_MESH = 60

const corpus = readCorpus()

type Kind = Exclude<ResourceKind, 'nds'>
const KINDS: readonly Kind[] = ['lds', 'cds', 'eds', 'rds']

interface Explained {
  readonly resource: object
}

function* leavesOf(value: JsonValue, path: readonly PathStep[] = []): Iterable<readonly PathStep[]> {
  if (typeof value !== 'object' || value === null) yield path
  else
    for (const [key, item] of Object.entries(value))
      yield* leavesOf(item, [...path, Array.isArray(value) ? Number(key) : key])
}

/** What a resource is called or found by; another resource has another one. */
const isIdentity = (path: readonly PathStep[]): boolean =>
  path.length === 1 && (path[0] === 'name' || path[0] === 'clusterName')

/** A changed copy: one value is replaced or removed. */
function damaged(resource: object, random: Random): { readonly copy: object; readonly path: string } | undefined {
  const copy = JSON.parse(JSON.stringify(resource)) as JsonValue
  const leaves = [...leavesOf(copy)].filter((path) => !isIdentity(path))
  if (leaves.length === 0) return undefined
  const path = random.pick(leaves)
  const parent = valueAt(copy, path.slice(0, -1)) as Record<PathStep, JsonValue>
  const last = path.at(-1) as PathStep
  const old = parent[last]
  if (!Array.isArray(parent) && last !== 'name' && last !== '@type' && random.chance(0.3)) delete parent[last]
  else parent[last] = typeof old === 'number' ? old + 1 : typeof old === 'boolean' ? !old : `${old}x`
  return { copy: copy as object, path: path.join('.') }
}

function proxyWith(view: ProxyView, kind: Kind, name: string, before: Explained, after: Explained): ComparedProxy {
  const { reach } = compareProxy({ before: view, after: view })
  const nothing = { nds: [], lds: [], cds: [], eds: [], rds: [], conflicts: { before: [], after: [] } }
  return { views: { before: view, after: view }, reach, ...nothing, [kind]: [{ name, before, after }] }
}

/** The same origins with another resource. */
function withResource(explained: Explained, resource: object): Explained {
  const { origins, chains, groups, virtualHosts } = explained as Explained & Record<string, unknown>
  return { origins, chains, groups, virtualHosts, resource } as Explained
}

const seeds = Array.from({ length: Math.ceil(CHANGES / CHANGES_OF_A_MESH) }, (_, index) => index)

describe('a change of any value of any resource is told', () => {
  it.each(seeds)('seed %i', (seed) => {
    const random = new Random(seed)
    const mesh = random.pick(corpus.meshes)
    const istiodEnv = new Map(Object.entries(mesh.istiodEnv).map(([name, value]) => [name, String(value)]))
    const computed = computeMesh(
      buildSnapshot(parseManifests(new EditedFiles([mesh], corpus, random).files).documents, { istiodEnv }),
    )
    const [given] = mesh.nodes
    const node = given ? parseNode(given, 'node') : syntheticNode('default', computed.snapshot)
    const view = computeProxyView(computed, node)
    const { listeners, clusters, endpoints, routes } = buildEnvoyResources(view)
    const all: Record<Kind, readonly Explained[]> = {
      lds: listeners.listeners,
      cds: clusters,
      eds: endpoints,
      rds: routes,
    }
    for (let count = 0; count < CHANGES_OF_A_MESH; count++) {
      const kind = random.pick(KINDS.filter((each) => all[each].length > 0))
      const explained = random.pick(all[kind])
      const damage = damaged(explained.resource, random)
      if (!damage) continue
      const effects = effectsOf(proxyWith(view, kind, 'it', explained, withResource(explained, damage.copy)))
      const covered = effects.flatMap(({ covers }) => covers)
      expect(covered, `${kind} ${damage.path}`).toContainEqual({ kind, name: 'it' })
    }
  })
})
