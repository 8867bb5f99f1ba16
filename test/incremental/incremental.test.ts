import { describe, expect, it } from 'vitest'
import { Memory } from '../../src/common/memory.ts'
import { parseManifests } from '../../src/pipeline.ts'
import { buildSnapshot } from '../../src/resources/index.ts'
import { readCorpus } from '../fuzz/corpus.ts'
import { Random } from '../fuzz/random.ts'
import { answersTo, type Question } from './answers.ts'
import { DenseMesh, MANY_KINDS, MOSTLY_ENTRIES } from './dense.ts'
import { EditedFiles } from './edits.ts'
import { POLICIES } from './policies.ts'

/** `npm run edits` makes more. */
const EDITS = Number(process.env.EDITS ?? 160)
const SEED = Number(process.env.SEED ?? 1)
const EDITS_OF_A_MESH = 20
const VERSIONS = ['1.31', '1.31', '1.28', '1.24', '1.22', '1.16']

/** Each has edits of a mesh of the fixtures and of three random ones. */
const sessions = Array.from({ length: Math.ceil(EDITS / EDITS_OF_A_MESH / 4) }, (_, index) => SEED * 100_000 + index)

const corpus = readCorpus(['conformance', 'conformance-policies'])

/** Policies of all kinds among what they apply to. */
const WITH_POLICIES = [...POLICIES, ...MANY_KINDS.slice(2)]

/** Something that is edited, and what is asked about it. */
interface Edited {
  readonly mesh: { readonly files: Question['files']; edit(): void }
  readonly nodes: Question['nodes']
  readonly env: Question['env']
}

function fixtureMesh(random: Random): Edited {
  const meshes = [random.pick(corpus.meshes), random.pick(corpus.meshes)]
  return {
    mesh: new EditedFiles(meshes, corpus, random),
    nodes: meshes.flatMap((mesh) => mesh.nodes).slice(0, 2),
    env: new Map(Object.entries(meshes[0]?.istiodEnv ?? {}).map(([name, value]) => [name, String(value)])),
  }
}

const denseMesh =
  (kinds: typeof MANY_KINDS) =>
  (random: Random): Edited => ({ mesh: new DenseMesh(random, kinds), nodes: [], env: new Map() })

describe.each([
  { what: 'fixtures', of: fixtureMesh },
  { what: 'random meshes', of: denseMesh(MANY_KINDS) },
  { what: 'random ServiceEntries', of: denseMesh(MOSTLY_ENTRIES) },
  { what: 'random policies', of: denseMesh(WITH_POLICIES) },
])('with a memory, after each edit of $what', ({ of }) => {
  it.each(sessions)('gives the answers that it gives from scratch (seed %i)', (seed) => {
    const random = new Random(seed)
    const { mesh, nodes, env } = of(random)
    const memory = new Memory()
    let version = random.pick(VERSIONS)
    for (let count = 0; count <= EDITS_OF_A_MESH; count++) {
      const question = { files: mesh.files, nodes, env, version }
      expect(answersTo(question, memory), `edit ${count}`).toEqual(answersTo(question))
      mesh.edit()
      if (random.chance(0.05)) version = random.pick(VERSIONS)
    }
  })
})

it('reads a document of more objects than fit on the stack', () => {
  const items = Array.from({ length: 150_000 }, (_, index) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: `n${index}` },
  }))
  const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
  const memory = new Memory()
  const { documents } = parseManifests([{ name: 'list.json', text }], '', memory)
  expect(buildSnapshot(documents, { memory }).clusters[0].namespaces).toHaveLength(items.length)
})
