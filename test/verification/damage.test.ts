/** Dumps of the conformance cases with one random damage each: it is found, and nothing else is reported. */
import { describe, expect, it } from 'vitest'
import { configDump } from '../../src/answers/dump/config-dump.ts'
import { messagesOf } from '../../src/answers/dump/resources.ts'
import { buildEnvoyResources } from '../../src/envoy/index.ts'
import { computeMesh, computeProxyView } from '../../src/pipeline.ts'
import type { JsonValue } from '../../src/sources/document.ts'
import { type ComputedResources, readConfigDump, verifyProxy } from '../../src/verification/index.ts'
import { nodeOf, readCase, snapshotOf } from '../conformance/cases.ts'
import { allCases } from '../conformance/sets.ts'
import { Random } from '../fuzz/random.ts'
import { type Damage, damage, entriesOf } from './damage.ts'

const DAMAGES = Number(process.env.VIPCTL_DAMAGES ?? 1_000)

/** Hand-made cases; the random ones have more of the same. */
const CASES = allCases(/^(?!.*fuzz-)/)

interface Dumped {
  readonly computed: ComputedResources
  /** As JSON, so that each damage starts from a fresh copy. */
  readonly text: string
}

const dumps = new Map<string, readonly Dumped[]>()

function dumpsOf(index: number): readonly Dumped[] {
  const { folder, name } = CASES[index] as (typeof CASES)[number]
  const known = dumps.get(name)
  if (known) return known
  const meshCase = readCase(folder, name)
  const mesh = computeMesh(snapshotOf(meshCase))
  const made = meshCase.proxies.map((proxy): Dumped => {
    const view = computeProxyView(mesh, nodeOf(proxy))
    const resources = buildEnvoyResources(view)
    const dump = configDump(view.proxy, resources)
    const text = JSON.stringify(dump, (_, value) =>
      value?.[Symbol.iterator] && typeof value !== 'string' ? [...value] : value,
    )
    return { computed: { ...messagesOf(resources), nds: {} }, text }
  })
  dumps.set(name, made)
  return made
}

type Mapping = { [key: string]: JsonValue }

const SNAKE = /[A-Z]/g
/** Keys of these are not fields. */
const FREE = new Set(['filterMetadata', 'jsonFormat'])
const MAPS = new Set(['typedPerFilterConfig', 'typedExtensionProtocolOptions'])

/** The spelling of Envoy's admin interface, where it differs. */
function asAdmin(value: JsonValue, field = ''): JsonValue {
  if (Array.isArray(value)) return value.map((item) => asAdmin(item, field))
  if (typeof value !== 'object' || value === null) return value
  const isStruct = String(value['@type']).endsWith('TypedStruct')
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const isMap = MAPS.has(field)
      const name = key.startsWith('@') || isMap ? key : key.replace(SNAKE, (letter) => `_${letter.toLowerCase()}`)
      const isFree =
        FREE.has(key) || (isStruct && key === 'value') || (field === 'transportSocketMatches' && key === 'match')
      return [name, isFree ? item : asAdmin(item, isMap ? '' : key)]
    }),
  )
}

function findingsOf(computed: ComputedResources, dump: JsonValue) {
  const { kinds, absent } = verifyProxy(computed, readConfigDump(dump))
  expect(absent).toEqual(['nds'])
  return kinds.flatMap(({ findings }) => findings)
}

describe('dumps of conformance cases', () => {
  it('are as computed, in both spellings', () => {
    for (const index of CASES.keys()) {
      for (const { computed, text } of dumpsOf(index)) {
        const dump = JSON.parse(text) as JsonValue
        expect(findingsOf(computed, dump)).toEqual([])
        expect(findingsOf(computed, asAdmin(dump))).toEqual([])
      }
    }
  })

  it(`show each of ${DAMAGES} random damages, and nothing else`, () => {
    const random = new Random(Number(process.env.VIPCTL_SEED ?? 18))
    let made = 0
    while (made < DAMAGES) {
      const dumped = random.pick(dumpsOf(random.below(CASES.length)))
      const dump = JSON.parse(dumped.text) as Mapping
      const entries = entriesOf(
        dump,
        new Set(dumped.computed.eds.map((each) => (each as Mapping).clusterName as string)),
      )
      if (entries.length === 0) continue
      const done: Damage | undefined = damage(entries, random)
      if (!done) continue
      made++
      const findings = findingsOf(dumped.computed, random.chance(0.5) ? dump : asAdmin(dump))
      const label = `damage ${made}: ${done.what}`
      expect(findings.map(({ kind, name, verdict }) => `${kind} ${name} ${verdict}`).sort(), label).toEqual(
        done.findings,
      )
      if (done.path === undefined) continue
      const [finding] = findings
      expect(finding?.differences.length, label).toBeGreaterThan(0)
      for (const { path } of finding?.differences ?? []) expect(path.split(/[.[]/)[0], label).toBe(done.path)
    }
  })
})
