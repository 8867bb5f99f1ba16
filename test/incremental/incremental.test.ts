import { describe, expect, it } from 'vitest'
import { Memory } from '../../src/common/memory.ts'
import { readCorpus } from '../fuzz/corpus.ts'
import { Random } from '../fuzz/random.ts'
import { answersTo } from './answers.ts'
import { EditedFiles } from './edits.ts'

/** `npm run edits` makes more. */
const EDITS = Number(process.env.EDITS ?? 120)
const SEED = Number(process.env.SEED ?? 1)
const EDITS_OF_A_MESH = 12
const VERSIONS = ['1.31', '1.31', '1.28', '1.24', '1.22', '1.16']

const corpus = readCorpus()
const sessions = Array.from({ length: Math.ceil(EDITS / EDITS_OF_A_MESH) }, (_, index) => SEED * 100_000 + index)

describe('with a memory of what was computed before', () => {
  it.each(sessions)('answers are those of computing everything anew (seed %i)', (seed) => {
    const random = new Random(seed)
    const meshes = [random.pick(corpus.meshes), random.pick(corpus.meshes)]
    const edited = new EditedFiles(meshes, corpus, random)
    const nodes = meshes.flatMap((mesh) => mesh.nodes).slice(0, 3)
    const env = new Map(Object.entries(meshes[0]?.istiodEnv ?? {}).map(([name, value]) => [name, String(value)]))
    const memory = new Memory()
    let version = random.pick(VERSIONS)
    for (let count = 0; count <= EDITS_OF_A_MESH; count++) {
      const question = { files: edited.files, nodes, env, version }
      expect(answersTo(question, memory), `edit ${count}`).toEqual(answersTo(question))
      edited.edit()
      if (random.chance(0.05)) version = random.pick(VERSIONS)
    }
  })
})
