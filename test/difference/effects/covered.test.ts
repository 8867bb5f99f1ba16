import { describe, expect, it } from 'vitest'
import { compareProxy } from '../../../src/difference/compare-proxy.ts'
import { effectsOf } from '../../../src/difference/effects/index.ts'
import { type ComparedProxy, EFFECT_KINDS, type Effect, RESOURCE_KINDS } from '../../../src/difference/model.ts'
import { computeMesh, computeProxyView, type Mesh, parseManifests } from '../../../src/pipeline.ts'
import { ProxyError } from '../../../src/proxy/error.ts'
import { type Node, parseNode } from '../../../src/proxy/node.ts'
import { syntheticNode } from '../../../src/proxy/select.ts'
import { buildSnapshot } from '../../../src/resources/index.ts'
import type { ProxyView } from '../../../src/scope/view.ts'
import type { SourceFile } from '../../../src/sources/document.ts'
import { readCorpus } from '../../fuzz/corpus.ts'
import { Random } from '../../fuzz/random.ts'
import { DenseMesh, MANY_KINDS } from '../../incremental/dense.ts'
import { EditedFiles } from '../../incremental/edits.ts'

const EDITS = Number(process.env.EDITS ?? 60)
const EDITS_OF_A_MESH = 10

const corpus = readCorpus()

type Env = ReadonlyMap<string, string>

function meshOf(files: readonly SourceFile[], istiodEnv: Env): Mesh {
  return computeMesh(buildSnapshot(parseManifests(files).documents, { istiodEnv }))
}

function viewOf(mesh: Mesh, node: Node): ProxyView | undefined {
  try {
    return computeProxyView(mesh, node)
  } catch (error) {
    if (error instanceof ProxyError) return undefined
    throw error
  }
}

/** Sidecars with and without DNS capture, and a router. */
function nodesOf(given: readonly Node[], { snapshot }: Mesh): readonly Node[] {
  const sidecar = syntheticNode('default', snapshot)
  const captures = ['true', 'false'].map((value) => ({
    ...sidecar,
    metadata: new Map([...sidecar.metadata, ['DNS_CAPTURE', value]]),
  }))
  return [...given, ...captures, { ...sidecar, id: sidecar.id.replace(/^sidecar~/, 'router~') }]
}

function namesOf(compared: ComparedProxy): readonly string[] {
  return RESOURCE_KINDS.flatMap((kind) => compared[kind].map(({ name }) => `${kind} ${name}`)).sort()
}

const coveredBy = (effects: readonly Effect[]): readonly string[] =>
  [...new Set(effects.flatMap(({ covers }) => covers.map(({ kind, name }) => `${kind} ${name}`)))].sort()

/** What no reader should see: values that were not there, objects, empty names, two spaces. */
const BROKEN = /undefined|NaN|\[object|null|\n| {2}|: $| $|^ |\(\)|"$/

function check(before: Mesh, after: Mesh, node: Node): void {
  const views = { before: viewOf(before, node), after: viewOf(after, node) }
  if (!views.before || !views.after) return
  const compared = compareProxy(views)
  const effects = effectsOf(compared)
  expect(coveredBy(effects), node.id).toEqual(namesOf(compared))
  const sentences = effects.map(({ kind, sentence }) => `${kind} ${sentence}`)
  expect(new Set(sentences).size, sentences.join('\n')).toBe(sentences.length)
  for (const { kind, sentence } of effects) {
    expect(EFFECT_KINDS).toContain(kind)
    expect(sentence).not.toMatch(BROKEN)
  }
}

const seeds = Array.from({ length: Math.ceil(EDITS / EDITS_OF_A_MESH) }, (_, index) => index)

describe('after a random edit, every resource that differs is explained by an effect', () => {
  it.each(seeds)('meshes of the fixtures (seed %i)', (seed) => {
    const random = new Random(seed)
    const mesh = random.pick(corpus.meshes)
    const env: Env = new Map(Object.entries(mesh.istiodEnv).map(([name, value]) => [name, String(value)]))
    const given = mesh.nodes.slice(0, 2).map((node, index) => parseNode(node, `node ${index}`))
    const files = new EditedFiles([mesh], corpus, random)
    let before = meshOf(files.files, env)
    for (let count = 0; count < EDITS_OF_A_MESH; count++) {
      files.edit()
      const after = meshOf(files.files, env)
      for (const node of nodesOf(given, after)) check(before, after, node)
      before = after
    }
  })

  it.each(seeds)('random meshes (seed %i)', (seed) => {
    const files = new DenseMesh(new Random(seed), MANY_KINDS)
    let before = meshOf(files.files, new Map())
    for (let count = 0; count < EDITS_OF_A_MESH; count++) {
      files.edit()
      const after = meshOf(files.files, new Map())
      for (const node of nodesOf([], after)) check(before, after, node)
      before = after
    }
  })
})
