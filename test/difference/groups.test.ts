import { describe, expect, it } from 'vitest'
import { dumpMessage } from '../../src/answers/dump/message.ts'
import { Memory } from '../../src/common/memory.ts'
import { compareResources, namedResources } from '../../src/comparison/index.ts'
import { type Difference, RESOURCE_KINDS } from '../../src/difference/model.ts'
import { computeProxyView } from '../../src/pipeline.ts'
import { syntheticNode } from '../../src/proxy/select.ts'
import type { JsonValue } from '../../src/sources/document.ts'
import { readCorpus } from '../fuzz/corpus.ts'
import { Random } from '../fuzz/random.ts'
import { DenseMesh, MANY_KINDS } from '../incremental/dense.ts'
import { EditedFiles } from '../incremental/edits.ts'
import { differenceOf, type Side, sideOfFiles } from './meshes.ts'

const EDITS = Number(process.env.EDITS ?? 60)
const EDITS_OF_A_MESH = 6

const corpus = readCorpus()

/** The names of the resources that differ for the sidecars of a namespace, as the difference tells. */
function told({ groups }: Difference, namespace: string, condition: string): readonly string[] {
  const own = groups.filter(
    ({ group }) =>
      group.kind === 'sidecars' &&
      group.namespaces.includes(namespace) &&
      (group.condition === '' || group.condition === condition),
  )
  const names = own.flatMap(({ compared }) =>
    RESOURCE_KINDS.flatMap((kind) => compared[kind].map(({ name }) => `${kind} ${name.replace(/ #\d+$/, '')}`)),
  )
  return [...new Set(names)].sort()
}

function dumpOf({ scope, snapshot }: Side, namespace: string, capture: string) {
  const node = syntheticNode(namespace, snapshot)
  const metadata = new Map([...node.metadata, ['DNS_CAPTURE', capture]])
  const mesh = { scope, snapshot, registry: scope.registry }
  return dumpMessage(mesh, computeProxyView(mesh, { ...node, metadata }))
}

/** The same from two dumps of a sidecar of the namespace. */
function dumped(before: Side, after: Side, namespace: string, capture: string): readonly string[] {
  const [was, is] = [dumpOf(before, namespace, capture), dumpOf(after, namespace, capture)]
  const names = RESOURCE_KINDS.flatMap((kind) => {
    const [old, now] = [was, is].map((dump) => namedResources(kind, dump[kind] as unknown as JsonValue))
    return compareResources(old ?? new Map(), now ?? new Map()).different.map(({ name }) => `${kind} ${name}`)
  })
  return names.sort()
}

/** Sidecars that do not capture DNS do not ask for the table. */
function check(before: Side, after: Side, difference: Difference): void {
  for (const namespace of difference.namespaces) {
    for (const [capture, condition] of [
      ['true', 'with DNS capture'],
      ['false', 'without DNS capture'],
    ] as const) {
      expect(told(difference, namespace, condition), `${namespace} ${condition}`).toEqual(
        dumped(before, after, namespace, capture),
      )
    }
  }
}

const seeds = Array.from({ length: Math.ceil(EDITS / EDITS_OF_A_MESH / 2) }, (_, index) => index)

describe('the resources that differ for a group differ for each of its namespaces', () => {
  it.each(seeds)('in a mesh of the fixtures (seed %i)', (seed) => {
    const random = new Random(seed + 1000)
    const meshes = [random.pick(corpus.meshes), random.pick(corpus.meshes)]
    const files = new EditedFiles(meshes, corpus, random)
    const env = new Map(Object.entries(meshes[0]?.istiodEnv ?? {}).map(([name, value]) => [name, String(value)]))
    for (let count = 0; count < EDITS_OF_A_MESH; count++) {
      const setting = { env, memory: new Memory() }
      const before = sideOfFiles(files.files, setting)
      files.edit()
      const after = sideOfFiles(files.files, setting)
      check(before, after, differenceOf(before, after, setting))
    }
  })

  it.each(seeds)('in a random mesh (seed %i)', (seed) => {
    const files = new DenseMesh(new Random(seed + 1000), MANY_KINDS)
    for (let count = 0; count < EDITS_OF_A_MESH; count++) {
      const setting = { env: new Map(), memory: new Memory() }
      const before = sideOfFiles(files.files, setting)
      files.edit()
      const after = sideOfFiles(files.files, setting)
      check(before, after, differenceOf(before, after, setting))
    }
  })
})
