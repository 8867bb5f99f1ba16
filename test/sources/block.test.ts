import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '../../src/sources/limits.ts'
import { splitDocuments } from '../../src/sources/split.ts'
import { blockReader } from '../../src/sources/yaml/block.ts'
import { construct } from '../../src/sources/yaml/construct.ts'
import { type Event, parseYaml } from '../../src/sources/yaml/parser.ts'
import { Random } from '../fuzz/random.ts'

const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url))

const manifests = readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yaml'))
  .sort()
  .map((name) => readFileSync(join(FIXTURES, name), 'utf8'))

/** The parser says of some scalars that reading them takes longer, which changes no value. */
const withoutSpeed = (events: readonly Event[]) => events.map((event) => ({ ...event, fast: undefined }))

const parsed = (text: string) => {
  const events = parseYaml(text, DEFAULT_LIMITS.depth + 1)
  return { ...construct(text, events, DEFAULT_LIMITS, { mergedKeys: 0 }), events: withoutSpeed(events) }
}

/**
 * Expects the block reader to read the documents that it reads as the parser does.
 * @returns how many it reads
 */
function compare(text: string): number {
  const read = blockReader(text)
  let count = 0
  for (const slice of splitDocuments(text)) {
    const value = read(slice)
    if (value === undefined) continue
    count++
    const source = text.slice(slice.start, slice.end)
    const events: Event[] = []
    blockReader(source, events)({ start: 0, end: source.length })
    const unremarkable = { hasDuplicateKeys: false, lateMerges: [], hasSurprises: false }
    expect({ value, events: withoutSpeed(events), ...unremarkable }, source).toEqual(parsed(source))
  }
  return count
}

test('manifests are read as by the parser, most of them without it', () => {
  const documents = manifests.flatMap((text) => splitDocuments(text)).length
  const read = manifests.reduce((sum, text) => sum + compare(text), 0)
  expect(read).toBeGreaterThan(0.9 * documents)
})

/** What makes a simple document another one, or no YAML. */
const TOKENS =
  '\n·\n  ·\n    ·- ·-· ·  ·:·: ·#· #·a·b: ·"·\'·1·0x1·.5·.inf·on·y·~·null·?·? ·*·&·[·]·{·}·|·>·%·@·!·\\·,·---·...·<<: ·__proto__: ·\t·é·1e5·01·-1·+·=·a: b·\n- a·\n-\n·\n\n·   # c\n·\r·80: '.split(
    '·',
  )

/** A part of a manifest with some characters replaced or added. */
function broken(text: string, random: Random): string {
  const from = random.below(text.length)
  let part = text.slice(from, from + 20 + random.below(200))
  for (let changes = 1 + random.below(4); changes > 0; changes--) {
    const at = random.below(part.length + 1)
    part = part.slice(0, at) + random.pick(TOKENS) + part.slice(at + (random.chance(0.3) ? random.below(3) : 0))
  }
  return part
}

test('parts of manifests with random changes are read as by the parser', () => {
  const random = new Random(1)
  let read = 0
  for (let i = 0; i < 20_000; i++) read += compare(broken(random.pick(manifests), random))
  expect(read).toBeGreaterThan(1000)
})

const FLOW_TOKENS =
  'a·key: ·app.io/x: ·"a"·\'b c\'·80·-1·01·on·on: ·null·~·1.5·1e3·http://a/b·a:80·fd00::1·fd00::·::1·*·&a ·!t ·#·a#b· #c·[·]·{·}·[]·{}·, ·,· ·:·: ·? ·-·- ·\\·%·@·|·é·\t·\n·\n  ·<<: ·a b·a: '.split(
    '·',
  )

/** A collection in brackets, mostly well formed. */
function bracketed(random: Random, depth = 0): string {
  if (depth === 4 || random.chance(0.4)) {
    const count = 1 + random.below(random.chance(0.15) ? 4 : 1)
    return Array.from({ length: count }, () => random.pick(FLOW_TOKENS)).join('')
  }
  const isMapping = random.chance(0.6)
  const items = Array.from({ length: random.below(4) }, (_, i) => {
    const key = random.chance(0.9) ? `k${i}: ` : random.pick(FLOW_TOKENS)
    return (isMapping ? key : '') + bracketed(random, depth + 1)
  })
  const inside = items.join(random.pick([', ', ',', ' , ']))
  const space = random.chance(0.2) ? ' ' : ''
  return isMapping ? `{${space}${inside}${space}}` : `[${inside}${space}]`
}

test('random collections in brackets are read as by the parser', () => {
  const random = new Random(2)
  const lines = ['', ' ', ' # c', 'x', ': y', '\n  more', '\nb: 1']
  let read = 0
  for (let i = 0; i < 20_000; i++) {
    const value = bracketed(random) + (random.chance(0.3) ? random.pick(lines) : '')
    read += compare(random.chance(0.5) ? `a: ${value}\n` : `a:\n- ${value}\n`)
  }
  expect(read).toBeGreaterThan(5000)
})
