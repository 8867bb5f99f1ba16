/** Objects that istiod makes of other objects: they exist nowhere, so their values are located in what they are made of. */
import { EMPTY_MAP } from '../common/collections.ts'
import type { PathStep } from '../sources/document.ts'
import { Location } from '../sources/location.ts'
import type { ApiKind } from './define.ts'
import { Resource, type ResourceParts } from './resource.ts'
import type { Type } from './schema/index.ts'
import { type ObjectSource, unwritten } from './stated.ts'

/** A value in a written object. */
export interface Written {
  readonly resource: Resource
  readonly path: readonly PathStep[]
}

/** Where the value at a path of a derived object is written, or the nearest one that decides about it. */
export type WrittenAt = (path: readonly PathStep[]) => Written

/** A location in a derived object, which is one in a written object. */
class DerivedLocation extends Location {
  readonly #writtenAt: WrittenAt
  readonly #inside: readonly PathStep[]

  constructor(writtenAt: WrittenAt, inside: readonly PathStep[] = []) {
    const { resource, path } = writtenAt(inside)
    const { document, path: root } = resource.location
    super(document, [...root, ...path])
    this.#writtenAt = writtenAt
    this.#inside = inside
  }

  /** The object that the value is written in. */
  get writer(): Resource {
    return this.#writtenAt(this.#inside).resource
  }

  override child(...steps: PathStep[]): Location {
    return new DerivedLocation(this.#writtenAt, [...this.#inside, ...steps])
  }

  override key(...steps: PathStep[]): Location {
    const { document, path } = this.child(...steps)
    return new Location(document, path).key()
  }
}

/** An object that istiod makes of others. */
class DerivedResource<S, T> extends Resource<S, T> {
  readonly writtenAt: WrittenAt

  constructor(parts: ResourceParts<S, T>, source: ObjectSource, writtenAt: WrittenAt) {
    super(parts, source)
    this.writtenAt = writtenAt
  }

  /** The first one of several. */
  override get madeOf(): Resource {
    return this.writtenAt([]).resource
  }
}

/** The creation time of derived objects that have none: before all others, even those without a known time. */
export const BEFORE_ALL = -1

export interface DerivedParts<S> {
  readonly name: string
  readonly namespace: string
  readonly annotations?: ReadonlyMap<string, string>
  readonly creationTime: number
  readonly spec: S
}

/** The kind of a derived object. */
interface DerivedKind<T> extends ObjectSource, Pick<ApiKind, 'kind' | 'group' | 'versions'> {
  readonly status: Type<T>
}

/**
 * An object of the config cluster that istiod makes of others.
 * @param definition the definition of its kind
 * @param writtenAt where its values come from
 */
export function derivedResource<S, T>(
  definition: DerivedKind<T>,
  { name, namespace, annotations = EMPTY_MAP, creationTime, spec }: DerivedParts<S>,
  writtenAt: WrittenAt,
): Resource<S, T> {
  const { kind, group, versions } = definition
  const meta = {
    name,
    namespace,
    labels: EMPTY_MAP,
    annotations,
    creationTime,
    generateName: '',
    deleting: false,
    ownerReferences: [],
    stored: false,
  }
  const location = new DerivedLocation(writtenAt)
  const status = definition.status.zero
  const parts = { kind, apiVersion: `${group}/${versions[0]}`, meta, spec, status, cluster: '', location }
  return new DerivedResource(parts, unwritten(definition), writtenAt)
}

/** The written object that decides about a value: the object itself, unless istiod made it. */
export function writerOf(resource: Resource, path: readonly PathStep[] = []): Resource {
  return resource instanceof DerivedResource ? resource.writtenAt(path).resource : resource
}

/** The written object that a location of an object leads to; the object itself, unless istiod made it. */
export function writerAt(resource: Resource, location: Location): Resource {
  if (!(resource instanceof DerivedResource)) return resource
  return location instanceof DerivedLocation ? location.writer : resource.madeOf
}
