import { describe, expect, it } from 'vitest'
import { Memory } from '../../src/common/memory.ts'
import { keyOfEffect } from '../../src/difference/causes.ts'
import type { SourceFile } from '../../src/sources/document.ts'
import { readCorpus } from '../fuzz/corpus.ts'
import { Random } from '../fuzz/random.ts'
import { DenseMesh, MANY_KINDS } from '../incremental/dense.ts'
import { EditedFiles } from '../incremental/edits.ts'
import { differenceOf, keysOf, sideOfFiles } from './meshes.ts'

/** Each has several edits. */
const MESHES = Number(process.env.EDITS ?? 16)

const corpus = readCorpus()
const seeds = Array.from({ length: MESHES / 2 }, (_, index) => index)

function differenceOfFiles(before: readonly SourceFile[], after: readonly SourceFile[]) {
  const setting = { env: new Map<string, string>(), memory: new Memory() }
  return differenceOf(sideOfFiles(before, setting), sideOfFiles(after, setting), setting)
}

describe('after one edit', () => {
  it.each(seeds)('it is the cause of every effect (seed %i)', (seed) => {
    const files = new DenseMesh(new Random(seed + 2000), MANY_KINDS)
    const before = files.files
    files.edit()
    const { changes, effects } = differenceOfFiles(before, files.files)
    const edited = new Set(changes)
    for (const { cause } of effects) {
      // An object that gets another name or namespace is two changes.
      expect(cause.changes.length).toBeGreaterThan(0)
      expect(cause.changes.filter((change) => !edited.has(change))).toEqual([])
      if (changes.length === 1) expect(cause.certainty).toBe('proven')
    }
  })
})

describe('after several edits', () => {
  it.each(seeds)('each effect is gone without its cause, and is there without any other edit (seed %i)', (seed) => {
    const files = new DenseMesh(new Random(seed + 3000), MANY_KINDS)
    const before = files.files
    for (let count = 0; count < 4; count++) files.edit()
    const [old, now] = [before[0]?.text ?? '', files.files[0]?.text ?? '']
    const { changes, effects } = differenceOfFiles(before, files.files)
    const proven = effects.filter(({ cause }) => cause.certainty === 'proven')
    // Each place of the text has one object, so that a change can be undone in the text.
    const places = partsOf(old).map((part, index) => [part, partsOf(now)[index] ?? ''] as const)
    const edited = [...places.keys()].filter((index) => places[index]?.[0] !== places[index]?.[1])
    if (edited.length !== changes.length) return
    const without = edited.map((place) => {
      const text = places.map(([was, is], index) => (index === place ? was : is)).join('')
      const undone = differenceOfFiles(before, [{ name: 'mesh.yaml', text }])
      const left = new Set(undone.changes.map(({ what }) => what))
      return { change: changes.filter(({ what }) => !left.has(what)), keys: keysOf(undone) }
    })
    // An edit that gives an object another name is two changes, which the text can only undo together.
    if (without.some(({ change }) => change.length !== 1)) return
    for (const { effect, cause } of proven) {
      const causes = without.filter(({ keys }) => !keys.has(keyOfEffect(effect))).flatMap(({ change }) => change)
      expect(new Set(cause.changes), effect.sentence).toEqual(new Set(causes))
    }
  })
})

/** The places of a dense mesh, each with its separator; an empty one is an empty text. */
function partsOf(text: string): readonly string[] {
  return text.split(/(?=---\n)/)
}

describe('the object that is edited in a mesh of the fixtures', () => {
  it.each(seeds)('is the cause of all effects (seed %i)', (seed) => {
    const random = new Random(seed + 4000)
    const mesh = random.pick(corpus.meshes)
    const files = new EditedFiles([mesh], corpus, random)
    const before = files.files
    files.edit()
    const { changes, effects } = differenceOfFiles(before, files.files)
    if (changes.length !== 1) return
    for (const { cause } of effects) {
      expect(cause.changes).toEqual(changes)
      expect(cause.certainty).toBe('proven')
    }
  })
})

describe('two changes of which each is enough', () => {
  const mesh = (more: string, root: string): string => `apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {clusterIP: 10.0.0.1, ports: [{name: http, port: 80}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data: {mesh: "rootNamespace: ${root}"}
${more}`
  const policy = `---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: istio-system}
spec: {mtls: {mode: DISABLE}}
`

  it('are both named, also if the manifests of the effect show only one', () => {
    const [before, after] = [mesh(policy, 'istio-system'), mesh('', 'elsewhere')]
    const { effects } = differenceOfFiles([{ name: 'a.yaml', text: before }], [{ name: 'a.yaml', text: after }])
    const found = effects.find(({ effect }) =>
      effect.sentence.startsWith('connections to web.shop:80 use automatic mTLS'),
    )
    expect(found?.cause.certainty).toBe('one-of')
    expect(new Set(found?.cause.changes.map(({ kind }) => kind))).toEqual(new Set(['ConfigMap', 'PeerAuthentication']))
  })
})
