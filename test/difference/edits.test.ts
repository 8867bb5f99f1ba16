import { describe, expect, it } from 'vitest'
import { dumpMessage } from '../../src/answers/dump/message.ts'
import { Memory } from '../../src/common/memory.ts'
import { compareResources, namedResources } from '../../src/comparison/index.ts'
import { compareProxy } from '../../src/difference/compare-proxy.ts'
import { type ComparedProxy, RESOURCE_KINDS, type ResourceKind } from '../../src/difference/model.ts'
import { computeMesh, computeProxyView, type Mesh, parseManifests } from '../../src/pipeline.ts'
import { ProxyError } from '../../src/proxy/error.ts'
import { type Node, parseNode } from '../../src/proxy/node.ts'
import { syntheticNode } from '../../src/proxy/select.ts'
import { buildSnapshot } from '../../src/resources/index.ts'
import type { ProxyView } from '../../src/scope/view.ts'
import type { JsonValue, SourceFile } from '../../src/sources/document.ts'
import { readCorpus } from '../fuzz/corpus.ts'
import { Random } from '../fuzz/random.ts'
import { DenseMesh, MANY_KINDS } from '../incremental/dense.ts'
import { EditedFiles } from '../incremental/edits.ts'

/** Edits of meshes of the fixtures, and as many of random meshes. */
const EDITS = Number(process.env.EDITS ?? 100)
const EDITS_OF_A_MESH = 10

const corpus = readCorpus()

interface Setting {
  readonly env: ReadonlyMap<string, string>
  readonly memory?: Memory
}

function meshOf(files: readonly SourceFile[], { env, memory }: Setting): Mesh {
  const { documents } = parseManifests(files, '', memory)
  return computeMesh(buildSnapshot(documents, { istiodEnv: env, memory }))
}

function viewOrNothing(mesh: Mesh, node: Node): ProxyView | undefined {
  try {
    return computeProxyView(mesh, node)
  } catch (error) {
    if (error instanceof ProxyError) return undefined
    throw error
  }
}

function nodesOf(given: readonly JsonValue[], { snapshot }: Mesh): readonly Node[] {
  const written = given.map((node, index) => parseNode(node, `node ${index}`))
  const sidecar = syntheticNode('default', snapshot)
  const captures = ['true', 'false'].map((value) => ({
    ...sidecar,
    metadata: new Map([...sidecar.metadata, ['DNS_CAPTURE', value]]),
  }))
  const router = { ...sidecar, id: sidecar.id.replace(/^sidecar~/, 'router~') }
  return [...written, ...captures, router]
}

/** The names of the resources of a kind that differ between two dumps. */
function differingInDumps(kind: ResourceKind, before: object, after: object): readonly string[] {
  const named = (dump: object) => namedResources(kind, (dump as Record<ResourceKind, JsonValue>)[kind])
  return compareResources(named(before), named(after)).different.map(({ name }) => name)
}

const namesIn = (compared: ComparedProxy, kind: ResourceKind): readonly string[] => [
  ...new Set(compared[kind].map(({ name }) => name.replace(/ #\d+$/, ''))),
]

const sorted = (names: readonly string[]): readonly string[] => [...names].sort()

function check(
  before: readonly SourceFile[],
  after: readonly SourceFile[],
  given: readonly JsonValue[],
  env: Setting['env'],
) {
  const shared = { env, memory: new Memory() }
  const [was, is] = [meshOf(before, shared), meshOf(after, shared)]
  const [wasAlone, isAlone] = [meshOf(before, { env }), meshOf(after, { env })]
  for (const node of nodesOf(given, isAlone)) {
    const views = { before: viewOrNothing(was, node), after: viewOrNothing(is, node) }
    const [beforeAlone, afterAlone] = [viewOrNothing(wasAlone, node), viewOrNothing(isAlone, node)]
    if (!views.before || !views.after || !beforeAlone || !afterAlone) continue
    const compared = compareProxy(views)
    const dumps = [dumpMessage(wasAlone, beforeAlone), dumpMessage(isAlone, afterAlone)] as const
    for (const kind of RESOURCE_KINDS) {
      expect(sorted(namesIn(compared, kind)), `${kind} of ${node.id}`).toEqual(sorted(differingInDumps(kind, ...dumps)))
    }
  }
}

const seeds = Array.from({ length: Math.ceil(EDITS / EDITS_OF_A_MESH) }, (_, index) => index)

describe('after a random edit, the resources that differ are those that differ between two dumps', () => {
  it.each(seeds)('meshes of the fixtures (seed %i)', (seed) => {
    const random = new Random(seed)
    const mesh = random.pick(corpus.meshes)
    const files = new EditedFiles([mesh], corpus, random)
    for (let count = 0; count < EDITS_OF_A_MESH; count++) {
      const before = files.files
      files.edit()
      const env = new Map(Object.entries(mesh.istiodEnv).map(([name, value]) => [name, String(value)]))
      check(before, files.files, mesh.nodes.slice(0, 2), env)
    }
  })

  it.each(seeds)('random meshes (seed %i)', (seed) => {
    const files = new DenseMesh(new Random(seed), MANY_KINDS)
    for (let count = 0; count < EDITS_OF_A_MESH; count++) {
      const before = files.files
      files.edit()
      check(before, files.files, [], new Map())
    }
  })
})
