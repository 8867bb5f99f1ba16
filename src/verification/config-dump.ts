/**
 * Reads Envoy's answer to `GET /config_dump` in all its forms: whole, with a mask, of one resource type, or as
 * `istioctl proxy-config all -o json` prints it.
 */
import type { JsonValue } from '../sources/document.ts'
import { fieldAt, isMapping, type JsonMapping, listAt, textAt } from '../sources/mapping.ts'
import { canonical, typeName } from './canonical.ts'
import { DumpError, NotModelledError } from './error.ts'
import type { HeldResource, ProxyState, Refusal, VerifiedKind } from './state.ts'

const ADMIN = 'envoy.admin.v3.'
const HINT =
  'take one with: pilot-agent request GET config_dump?include_eds=true, or istioctl proxy-config all POD -o json'

/** A ztunnel's answer has these fields instead of `configs`. */
const ZTUNNEL = ['workloads', 'services']
const NO_ZTUNNEL = 'this is the configuration of a ztunnel, which vipctl does not model'

const NOTHING = 'the dump is empty: Envoy has nothing of the resource or mask that was asked for'
const ONLY_NAMES = 'the dump has only names of listeners, because a mask left out the rest'

/** How a list of a dump stores its resources. */
interface ListShape {
  readonly kind: VerifiedKind
  /** The field of each entry that has the resource. */
  readonly resource: string
  readonly state: 'active' | 'warming' | 'static' | 'listener'
}

const LISTS: Readonly<Record<string, ListShape>> = {
  staticListeners: { kind: 'lds', resource: 'listener', state: 'static' },
  dynamicListeners: { kind: 'lds', resource: 'listener', state: 'listener' },
  staticClusters: { kind: 'cds', resource: 'cluster', state: 'static' },
  dynamicActiveClusters: { kind: 'cds', resource: 'cluster', state: 'active' },
  dynamicWarmingClusters: { kind: 'cds', resource: 'cluster', state: 'warming' },
  staticRouteConfigs: { kind: 'rds', resource: 'routeConfig', state: 'static' },
  dynamicRouteConfigs: { kind: 'rds', resource: 'routeConfig', state: 'active' },
  staticEndpointConfigs: { kind: 'eds', resource: 'endpointConfig', state: 'static' },
  dynamicEndpointConfigs: { kind: 'eds', resource: 'endpointConfig', state: 'active' },
}

/** Sections of a whole dump: their lists, and the kind that the section is about. */
const SECTIONS: Readonly<Record<string, { readonly kind: VerifiedKind; readonly lists: readonly string[] }>> = {
  ListenersConfigDump: { kind: 'lds', lists: ['staticListeners', 'dynamicListeners'] },
  ClustersConfigDump: { kind: 'cds', lists: ['staticClusters', 'dynamicActiveClusters', 'dynamicWarmingClusters'] },
  RoutesConfigDump: { kind: 'rds', lists: ['staticRouteConfigs', 'dynamicRouteConfigs'] },
  EndpointsConfigDump: { kind: 'eds', lists: ['staticEndpointConfigs', 'dynamicEndpointConfigs'] },
}

/**
 * What a dump of one resource type has instead of sections: the entries of one list. Static resources are the proxy's own,
 * so there is nothing to compare them with.
 */
const ENTRIES: Readonly<Record<string, string>> = {
  'ListenersConfigDump.DynamicListener': 'dynamicListeners',
  'ClustersConfigDump.DynamicCluster': 'dynamicActiveClusters',
  'RoutesConfigDump.DynamicRouteConfig': 'dynamicRouteConfigs',
  'EndpointsConfigDump.DynamicEndpointConfig': 'dynamicEndpointConfigs',
}

function withoutType({ '@type': _, ...resource }: JsonMapping): JsonMapping {
  return resource
}

const nameOf = (resource: JsonMapping, kind: VerifiedKind): string =>
  textAt(resource, kind === 'eds' ? 'clusterName' : 'name')

class StateReader {
  node: JsonValue | undefined
  readonly resources = new Map<VerifiedKind, Map<string, HeldResource>>()
  readonly refused: Refusal[] = []
  readonly extensions: string[] = []

  /** The resources of a kind; from now on, the dump is known to have this kind. */
  #kind(kind: VerifiedKind): Map<string, HeldResource> {
    const found = this.resources.get(kind) ?? new Map<string, HeldResource>()
    this.resources.set(kind, found)
    return found
  }

  #put(kind: VerifiedKind, name: string, more: Partial<HeldResource>): void {
    const held = this.#kind(kind)
    const known = held.get(name) ?? { name, active: undefined, warming: undefined, isStatic: false, updated: '' }
    // What istiod sends under the name of a static resource is not in use: Envoy keeps its own.
    held.set(name, { ...known, ...more })
  }

  /** The resource in an entry or a state of it; undefined if there is none. */
  #resourceIn(value: JsonValue | undefined, field: string): JsonMapping | undefined {
    const resource = fieldAt(value, field)
    return isMapping(resource) ? withoutType(resource) : undefined
  }

  /** Envoy lists a refused update twice: with the listener's versions, and alone and without its name. */
  #refusal(kind: VerifiedKind, given: string, error: JsonValue | undefined): void {
    if (!isMapping(error)) return
    const resource = fieldAt(error, 'failedConfiguration')
    const name = given || (isMapping(resource) ? nameOf(resource, kind) : '')
    if (this.refused.some((each) => each.kind === kind && each.name === name)) return
    this.refused.push({
      kind,
      name,
      reason: textAt(error, 'details'),
      resource: isMapping(resource) ? withoutType(resource) : undefined,
      at: textAt(error, 'lastUpdateAttempt'),
    })
  }

  /** A listener of LDS has up to three versions: in use, about to be, and no longer. */
  #listener(entry: JsonMapping): void {
    const states = ['activeState', 'warmingState'].map((field) => fieldAt(entry, field))
    const [active, warming] = states.map((state) => this.#resourceIn(state, 'listener'))
    const name = textAt(entry, 'name') || nameOf(active ?? warming ?? {}, 'lds')
    this.#kind('lds')
    if (Object.keys(entry).every((field) => field === 'name' || field === '@type'))
      throw new DumpError(ONLY_NAMES, HINT)
    if (active || warming) this.#put('lds', name, { active, warming, updated: textAt(states[0], 'lastUpdated') })
    this.#refusal('lds', name, fieldAt(entry, 'errorState'))
  }

  entry(entry: JsonValue, { kind, resource: field, state }: ListShape): void {
    if (!isMapping(entry)) return
    if (state === 'listener') {
      this.#listener(entry)
      return
    }
    const resource = this.#resourceIn(entry, field)
    const name = nameOf(resource ?? {}, kind)
    if (resource) {
      const updated = textAt(entry, 'lastUpdated')
      if (state === 'warming') this.#put(kind, name, { warming: resource })
      else this.#put(kind, name, { active: resource, isStatic: state === 'static', updated })
    }
    this.#refusal(kind, name, fieldAt(entry, 'errorState'))
  }

  section(
    config: JsonMapping,
    { kind, lists }: { readonly kind: VerifiedKind; readonly lists: readonly string[] },
  ): void {
    // A mask leaves sections without the lists that were not asked for.
    const isMasked = this.node === undefined && !lists.some((list) => Object.hasOwn(config, list))
    if (isMasked) return
    this.#kind(kind)
    for (const list of lists) {
      const shape = LISTS[list] as ListShape
      for (const entry of listAt(config, list)) this.entry(entry, shape)
    }
  }

  extension(name: string): void {
    this.extensions.push(name)
  }
}

function readConfig(config: JsonMapping, reader: StateReader): boolean {
  const type = typeName(config['@type'])
  if (!type.startsWith(ADMIN)) return false
  const name = type.slice(ADMIN.length)
  const section = Object.hasOwn(SECTIONS, name) ? SECTIONS[name] : undefined
  if (section) reader.section(config, section)
  const list = Object.hasOwn(ENTRIES, name) ? ENTRIES[name] : undefined
  if (list !== undefined) reader.entry(config as JsonValue, LISTS[list] as ListShape)
  if (name === 'EcdsConfigDump') {
    for (const filter of listAt(config, 'ecdsFilters')) reader.extension(textAt(fieldAt(filter, 'ecdsFilter'), 'name'))
  }
  return true
}

/** The part of a dump that has the proxy's node. Its metadata has names of its own, so its spelling stays as it is. */
function bootstrapOf(config: JsonMapping): JsonValue | undefined {
  const type = typeName(config['@type'])
  if (type === 'envoy.config.bootstrap.v3.Bootstrap') return config as JsonValue
  return type === `${ADMIN}BootstrapConfigDump` ? (fieldAt(config, 'bootstrap') ?? {}) : undefined
}

function configsOf(dump: JsonValue): readonly JsonMapping[] {
  const configs = fieldAt(dump, 'configs')
  if (ZTUNNEL.every((field) => fieldAt(dump, field) !== undefined)) throw new NotModelledError(NO_ZTUNNEL)
  if (isMapping(dump) && Object.keys(dump).length === 0) throw new DumpError(NOTHING, HINT)
  if (!Array.isArray(configs)) throw new DumpError("this is not Envoy's configuration: it has no list `configs`", HINT)
  return configs.filter((config) => isMapping(config))
}

/**
 * What a proxy has, from the answer of Envoy's admin interface.
 * @throws DumpError if it is something else
 */
export function readConfigDump(dump: JsonValue): ProxyState {
  const reader = new StateReader()
  const configs = configsOf(dump)
  const bootstraps = configs.flatMap((config) => bootstrapOf(config) ?? [])
  for (const bootstrap of bootstraps) reader.node = fieldAt(bootstrap, 'node')
  const known = configs
    .filter((config) => bootstrapOf(config) === undefined)
    .filter((config) => readConfig(canonical(config as JsonValue) as JsonMapping, reader))
  if (known.length + bootstraps.length === 0) {
    throw new DumpError("this is not Envoy's configuration: `configs` has nothing that Envoy writes", HINT)
  }
  const { node, resources, refused, extensions } = reader
  return { node, resources, refused, extensions }
}
