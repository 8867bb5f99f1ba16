/** Objects that istiod reads and that vipctl does not model, so that they may explain a difference. */
import { type UnmodelledKind, unmodelledKind } from '../kinds/index.ts'
import { describeResource } from '../kinds/resource.ts'
import type { Snapshot } from '../resources/snapshot.ts'
import type { Location } from '../sources/location.ts'
import type { VerifiedKind } from './state.ts'

/** An object that may change what proxies get. */
export interface UnmodelledObject {
  /** `UDPRoute shop/dns` */
  readonly what: string
  readonly location: Location
  /** The kinds of resources that it can change. */
  readonly kinds: ReadonlySet<VerifiedKind>
}

/** Words of a kind's description, with what they stand for. */
const WORDS: readonly (readonly [string, readonly VerifiedKind[]])[] = [
  ['listener', ['lds']],
  ['filter', ['lds']],
  ['rout', ['rds', 'lds']],
  ['cluster', ['cds']],
  ['endpoint', ['eds']],
  ['host', ['lds', 'rds', 'cds', 'eds', 'nds']],
  ['service', ['lds', 'rds', 'cds', 'eds', 'nds']],
  ['name', ['nds']],
]

function kindsOf(entry: UnmodelledKind): ReadonlySet<VerifiedKind> {
  const text = entry.differs.toLowerCase()
  return new Set(WORDS.flatMap(([word, kinds]) => (text.includes(word) ? kinds : [])))
}

/** The objects that may change what proxies get. */
export function unmodelledObjects({ unmodelled }: Snapshot): readonly UnmodelledObject[] {
  return unmodelled.flatMap((resource) => {
    const entry = unmodelledKind(resource.apiVersion, resource.kind)
    if (!entry) return []
    const kinds = kindsOf(entry)
    const { location } = resource
    return kinds.size === 0 ? [] : [{ what: describeResource(resource), location, kinds }]
  })
}
