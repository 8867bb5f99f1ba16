/** Manifests with mistakes that have safe fixes, in every layout and encoding. */
import { type Encoding, encodeText } from '../../../src/sources/decode.ts'
import { resolvePlain } from '../../../src/sources/yaml/scalars.ts'
import { Random } from '../random.ts'
import { type Shape, type StyledText, styledText } from './styled.ts'

export interface FuzzedFile {
  readonly name: string
  readonly documents: readonly StyledText[]
  readonly encoding: Encoding
  readonly bytes: Buffer
  readonly mode: number
}

/** A scalar that is written as it is, without quotes. */
class Raw {
  readonly text: string
  readonly json: string

  constructor(text: string, json = text) {
    this.text = text
    this.json = json
  }
}

type Value = string | Raw | readonly Value[] | { readonly [key: string]: Value | undefined }

const PLAIN = /^[A-Za-z][\w./-]*$|^\d+\.\d+\.\d+\.\d+$/
/** Escapes that a writer of YAML or JSON would not choose; the slash has one in JSON alone. */
const NOTE = '"caf\\u00e9 \\u202e # no comment"'
const JSON_NOTE = '"caf\\u00e9 \\u202e \\/ # no comment"'

function textShape(text: string, random: Random): Shape {
  const isPlain = PLAIN.test(text) && resolvePlain(text) === text
  const double = JSON.stringify(text)
  const yaml = isPlain ? random.pick([text, text, `'${text}'`, double]) : double
  return { kind: 'scalar', yaml, json: double }
}

function shapeOf(value: Value, random: Random): Shape {
  if (value instanceof Raw) return { kind: 'scalar', yaml: value.text, json: value.json }
  if (typeof value === 'string') {
    if (value.endsWith('\n')) return { kind: 'lines', lines: value.slice(0, -1).split('\n') }
    return textShape(value, random)
  }
  if (Array.isArray(value)) return { kind: 'seq', items: value.map((item) => shapeOf(item, random)) }
  const entries = Object.entries(value).filter((entry): entry is [string, Value] => entry[1] !== undefined)
  return { kind: 'map', entries: random.shuffled(entries).map(([key, item]) => [key, shapeOf(item, random)] as const) }
}

const maybe = <T>(random: Random, chance: number, value: T): T | undefined =>
  random.chance(chance) ? value : undefined

/** Some items again, at random places. */
function repeated<T>(items: readonly T[], random: Random, chance: number): readonly T[] {
  return random.chance(chance) ? random.shuffled([...items, ...items.filter(() => random.chance(0.6))]) : items
}

function port(number: number, name: string, random: Random): Value {
  return { number: new Raw(String(number)), name, protocol: random.pick(['TLS', 'HTTP']) }
}

function labels(random: Random): Value | undefined {
  const value = random.pick<Value>(['web', new Raw('1.10'), new Raw('true'), new Raw('0755', '755'), new Raw('12')])
  return maybe(random, 0.5, { app: 'web', v: value })
}

function serviceEntry(id: string, isAlone: boolean, random: Random): Value {
  const hosts = [`a.${id}.com`, `b.${id}.com`].slice(0, 1 + random.below(2))
  const address = `10.${random.below(250)}.${random.below(250)}.${1 + random.below(250)}`
  const isStatic = random.chance(0.4)
  const stale = { value: '240.240.9.9', host: `old.${id}.com` }
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'ServiceEntry',
    metadata: {
      name: id,
      namespace: `n${random.below(3)}`,
      labels: labels(random),
      generation: maybe(random, 0.5, new Raw('9007199254740993')),
      annotations: maybe(random, 0.4, {
        note: 'two\n\nlines # of text\n',
        escaped: new Raw(NOTE, isAlone ? JSON_NOTE : NOTE),
      }),
    },
    spec: {
      hosts: repeated(hosts, random, 0.7),
      ports: repeated([port(443, 'tls', random), port(8080, 'http', random)], random, 0.4),
      resolution: isStatic ? 'STATIC' : random.pick(['DNS', 'NONE']),
      addresses: maybe(random, 0.2, [address]),
      endpoints: isStatic ? [{ address, weight: new Raw(random.pick(['1.0', '1', '1e0'])) }] : undefined,
      exportTo: maybe(random, 0.3, ['.']),
    },
    status: maybe(random, 0.4, {
      addresses: repeated([stale, stale], random, 0.5),
      conditions: maybe(random, 0.5, []),
    }),
  }
}

const destinationRule = (id: string, random: Random): Value => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'DestinationRule',
  metadata: { name: `${id}-rule`, namespace: 'n0', labels: labels(random) },
  spec: { host: `a.${id}.com`, subsets: [{ name: 'v1', labels: labels(random) ?? { v: '1' } }] },
})

/** @param isAlone the file has no other document */
function object(id: string, isAlone: boolean, random: Random): Value {
  const entry = serviceEntry(id, isAlone, random)
  if (random.chance(0.1)) return { apiVersion: 'v1', kind: 'List', items: [entry, destinationRule(id, random)] }
  return random.chance(0.2) ? destinationRule(id, random) : entry
}

const NAMES = ['m', 'a b', 'caf\u00e9', 'sub/m', '-x', "it's"]
const ENCODINGS: readonly Encoding[] = ['utf-8', 'utf-8', 'utf-8', 'utf-8 with mark', 'utf-16le', 'utf-16be']
const MODES = [0o644, 0o600, 0o664, 0o755]

/** A document may end without its line. */
const joined = (documents: readonly StyledText[]): string =>
  documents
    .map(({ text }, index) => (index === documents.length - 1 || /[\r\n]$/.test(text) ? text : `${text}\n`))
    .join('---\n')

function file(name: string, id: string, random: Random): FuzzedFile {
  const count = random.pick([1, 1, 2, 3])
  const documents = Array.from({ length: count }, (_, index) =>
    styledText(shapeOf(object(`${id}${index}`, count === 1, random), random), random),
  )
  const encoding = random.pick(ENCODINGS)
  const bytes = Buffer.from(encodeText(joined(documents), encoding))
  const extension = random.pick(['yaml', 'yml', 'json'])
  return { name: `${name}${id}.${extension}`, documents, encoding, bytes, mode: random.pick(MODES) }
}

/** The files of a seed, always the same ones. */
export function filesOf(seed: number, count: number): readonly FuzzedFile[] {
  const random = new Random(seed)
  return Array.from({ length: count }, (_, index) => file(random.pick(NAMES), `e${index}x`, random))
}
