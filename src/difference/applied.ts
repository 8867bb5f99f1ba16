/**
 * The objects of an input as they would be after it is applied over another one: as in a cluster, what was there before
 * keeps its creation time and its stored addresses, and what is new is the newest.
 */
import type { AllocatedRegistry, GivenAddresses, StoredAddress, VipSource } from '../allocation/allocation.ts'
import { append } from '../common/collections.ts'
import type { ServiceEntryResource } from '../kinds/index.ts'
import { parseTime } from '../resources/intake/decode.ts'
import type { RawObject } from '../resources/intake/objects.ts'
import type { JsonValue } from '../sources/document.ts'
import { type JsonMapping, listAt, mappingAt, textAt } from '../sources/mapping.ts'
import type { Sides } from './model.ts'
import { byIdentity, type InputObjects } from './objects.ts'

/** Addresses that a controller of istiod has given, or would give. */
const GIVEN: ReadonlySet<VipSource> = new Set<VipSource>(['status', 'simulated'])

const timeOf = ({ value }: RawObject): string => textAt(mappingAt(value, 'metadata'), 'creationTimestamp')

/** One second after the newest object, as the text of a manifest. */
function nextTime(objects: readonly RawObject[]): string {
  let newest = 0
  for (const object of objects) newest = Math.max(newest, parseTime(timeOf(object)) ?? 0)
  return new Date((newest + 1) * 1000).toISOString()
}

const keyOfEntry = (namespace: string, name: string): string => `${namespace}/${name}`

const keyOfResource = ({ meta }: ServiceEntryResource): string => keyOfEntry(meta.namespace, meta.name)

/** The given addresses of each ServiceEntry. */
function givenAddresses({ hosts }: AllocatedRegistry): GivenAddresses {
  const given = new Map<ServiceEntryResource, StoredAddress[]>()
  for (const { entry, host, addresses, source } of hosts) {
    if (GIVEN.has(source)) for (const value of addresses) append(given, entry, { host, value })
  }
  return given
}

/** The objects of a mesh, those of changed entries with the addresses in their status, and those of the other entries. */
interface KeptAddresses {
  readonly objects: readonly RawObject[]
  readonly given: GivenAddresses
}

const keyOfHost = (entry: string, host: string): string => `${entry} ${host}`

/** Whether a host that has addresses on both sides would get others. */
function moves(before: AllocatedRegistry, after: AllocatedRegistry): boolean {
  const old = new Map<string, string>()
  for (const { entry, host, addresses, source } of before.hosts) {
    if (GIVEN.has(source)) old.set(keyOfHost(keyOfEntry(entry.meta.namespace, entry.meta.name), host), addresses.join())
  }
  return after.hosts.some(({ entry, host, addresses, source }) => {
    const was = old.get(keyOfHost(keyOfEntry(entry.meta.namespace, entry.meta.name), host))
    return source === 'simulated' && was !== undefined && was !== addresses.join()
  })
}

/** Objects after they are applied over others; an object that stays as it is stays the same object. */
export class AppliedObjects {
  readonly #before: ReadonlyMap<string, RawObject>
  readonly #namespace: string
  readonly #newTime: string
  readonly #timed = new WeakMap<RawObject, RawObject>()
  readonly #stored = new WeakMap<RawObject, RawObject>()

  /** @param before the objects that are there; @param namespace that of applied objects without one */
  constructor(before: InputObjects, namespace: string) {
    this.#before = byIdentity(before)
    this.#namespace = namespace
    this.#newTime = nextTime(before.objects)
  }

  /** The objects with creation times. Those of a cluster, and those that state one, stay as they are. */
  withTimes(objects: readonly RawObject[]): readonly RawObject[] {
    const out: RawObject[] = []
    for (const [key, object] of byIdentity({ objects, namespace: this.#namespace })) {
      const before = this.#before.get(key)
      const time = before ? timeOf(before) : this.#newTime
      if (time === '' || timeOf(object) !== '') out.push(object)
      else out.push(this.#once(this.#timed, object, () => withTime(object, time)))
    }
    return out
  }

  /**
   * The addresses that hosts had before.
   * @returns undefined if they get the same without them
   */
  withAddresses(objects: readonly RawObject[], { before, after }: Sides<AllocatedRegistry>): KeptAddresses | undefined {
    if (!before.allocation.storesStatus || !after.allocation.storesStatus || !moves(before, after)) return undefined
    const given = givenAddresses(before)
    const byName = new Map([...given].map(([entry, addresses]) => [keyOfResource(entry), addresses]))
    // Entries that do not change stay the same objects, so that what was computed from them is kept.
    const kept = new Set(after.snapshot.istio.serviceEntries.filter((entry) => given.has(entry)).map(keyOfResource))
    const stored = objects.map((object) => {
      const { kind, value, location } = object
      if (kind !== 'ServiceEntry' || location.document.cluster !== '') return object
      const metadata = mappingAt(value, 'metadata')
      const key = keyOfEntry(textAt(metadata, 'namespace') || this.#namespace, textAt(metadata, 'name'))
      const addresses = kept.has(key) ? [] : (byName.get(key) ?? [])
      if (addresses.length === 0 || statesAddresses(value)) return object
      return this.#once(this.#stored, object, () => withStatus(object, addresses))
    })
    return { objects: stored, given }
  }

  #once(known: WeakMap<RawObject, RawObject>, object: RawObject, make: () => RawObject): RawObject {
    const made = known.get(object) ?? make()
    known.set(object, made)
    return made
  }
}

function withTime(object: RawObject, creationTimestamp: string): RawObject {
  const metadata = { ...mappingAt(object.value, 'metadata'), creationTimestamp }
  return { ...object, value: { ...object.value, metadata }, composed: true }
}

const statesAddresses = (value: JsonMapping): boolean => listAt(mappingAt(value, 'status'), 'addresses').length > 0

/** The addresses of the hosts that the entry still has; the controller drops the others. */
function withStatus(object: RawObject, addresses: readonly StoredAddress[]): RawObject {
  const { value } = object
  const stated = new Set(listAt(mappingAt(value, 'spec'), 'hosts'))
  const kept = addresses.filter(({ host }) => stated.has(host)).map(({ host, value }): JsonValue => ({ host, value }))
  if (kept.length === 0) return object
  return { ...object, value: { ...value, status: { ...mappingAt(value, 'status'), addresses: kept } }, composed: true }
}
