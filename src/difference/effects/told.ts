/** Hosts and ports whose coming or going has a sentence already, so that their resources need none of their own. */
import { append, groupBy } from '../../common/collections.ts'
import type { EffectKind, ResourceName } from '../model.ts'
import type { Draft } from './draft.ts'
import type { Place } from './words/names.ts'

const keyOf = ({ host, port }: Place): string => `${port ?? ''} ${host}`

export class Told {
  readonly #drafts: ReadonlyMap<string, readonly [Draft, ...Draft[]]>
  readonly #keysOfPort: ReadonlyMap<number | undefined, readonly string[]>
  readonly #covered = new Map<string, ResourceName[]>()

  constructor(drafts: readonly Draft[]) {
    this.#drafts = groupBy(drafts, ({ place }) => keyOf(place))
    this.#keysOfPort = new Map(
      [...groupBy(drafts, ({ place }) => place.port)].map(([port, group]) => [
        port,
        group.map(({ place }) => keyOf(place)),
      ]),
    )
  }

  has(place: Place): boolean {
    return this.#drafts.has(keyOf(place))
  }

  /** Whether a sentence of a kind about the place names something. */
  says(place: Place, kind: EffectKind, name: string): boolean {
    const drafts = this.#drafts.get(keyOf(place)) ?? []
    return drafts.some((draft) => draft.kind === kind && draft.rest.includes(name))
  }

  /** Adds a resource to the first sentence about a place. @returns false if there is no sentence about it */
  cover(place: Place, resource: ResourceName): boolean {
    const key = keyOf(place)
    if (!this.#drafts.has(key)) return false
    append(this.#covered, key, resource)
    return true
  }

  /** The same for one of the hosts that share a port. @returns false if there is no sentence about any of them */
  coverPort(port: number, resource: ResourceName): boolean {
    const [key] = this.#keysOfPort.get(port) ?? []
    if (key === undefined) return false
    append(this.#covered, key, resource)
    return true
  }

  /** The sentences, with all resources that they explain. */
  drafts(): readonly Draft[] {
    return [...this.#drafts].flatMap(([key, [first, ...others]]) => [
      { ...first, covers: [...first.covers, ...(this.#covered.get(key) ?? [])] },
      ...others,
    ])
  }
}
