/** Wasm and Lua filters (pilot/pkg/model/extensions.go, push_context.go TrafficExtensionsByListenerInfo). */
import type { TrafficSelector, WasmConfig } from '../../../kinds/messages/extensions.ts'
import { byCreationThenName, type Metadata, type Resource } from '../../../kinds/resource.ts'
import { parseGoUrl } from '../../../kinds/validation/values/go-url.ts'
import type { Snapshot } from '../../../resources/snapshot.ts'
import type { ProxyView } from '../../../scope/view.ts'
import type { Origin } from '../../explained.ts'
import { ResourceOrigin } from '../../listeners/plan/origins.ts'
import { type Attachment, attachmentOf, policiesOf } from '../../policy/attachment.ts'
import type { Mode } from '../../telemetry/plan/mode.ts'

/** When a filter runs, among those for authentication, authorization and statistics. */
export type Phase = 'authn' | 'authz' | 'stats' | 'none'

/** A filter with code: Lua in the listener, Wasm by reference. */
export interface ExtensionFilter {
  readonly name: string
  readonly lua: string | undefined
}

/** The filters of a connection manager, or of a chain, in order. */
export type PhasedFilters = Readonly<Record<Phase, readonly ExtensionFilter[]>>

/** The filters for traffic of one side and port. */
export interface Extensions {
  readonly http: PhasedFilters
  readonly network: PhasedFilters
  /** The objects behind the filters of a chain with HTTP, and of one without. */
  readonly origins: Readonly<Record<'http' | 'tcp', readonly Origin[]>>
}

/** Wasm code that a proxy asks for by the name of the filter. */
export interface WasmCode extends Pick<Extension, 'type'> {
  readonly name: string
  /** `NAMESPACE.NAME` */
  readonly plugin: string
  readonly wasm: WasmConfig
  /** '' for an object that is not from an API server. */
  readonly resourceVersion: string
  readonly origin: Origin
}

export interface ExtensionsPlan {
  /** All that apply to the proxy, whatever their traffic. */
  readonly code: readonly WasmCode[]
  /** The same object for the same filters. */
  of(mode: Mode, port: number): Extensions
}

/** A WasmPlugin or a TrafficExtension, as istiod reads both. */
interface Extension {
  readonly meta: Metadata
  /** Of the names of filters. */
  readonly prefix: string
  readonly spec: Attachment
  readonly source: Resource
  readonly phase: Phase
  readonly priority: number
  readonly match: readonly TrafficSelector[]
  readonly type: 'http' | 'network'
  readonly lua: string | undefined
  readonly wasm: WasmConfig | undefined
}

const PHASES: ReadonlyMap<string, Phase> = new Map([
  ['AUTHN', 'authn'],
  ['AUTHZ', 'authz'],
  ['STATS', 'stats'],
])

const NAME_PREFIX = 'extensions.istio.io/trafficextension/'
/** Before istiod reads TrafficExtensions. */
const OLD_NAME_PREFIX = 'extensions.istio.io/wasmplugin/'
/** What istiod adds to the names of WasmPlugins, which it reads as TrafficExtensions. */
const PLUGIN_SUFFIX = '~istio-translated-wasmplugin'

/** Filters without a priority come last. */
const LOWEST = Number.NEGATIVE_INFINITY

/** istiod cannot use code whose URL only passes its check because that puts http:// before it. */
const isUsable = ({ lua, wasm }: Extension): boolean =>
  lua !== undefined || (wasm !== undefined && parseGoUrl(wasm.url, 'reference') !== undefined)

/** The extensions of a mesh, oldest first. */
function extensionsOf({ istio, features }: Snapshot): readonly Extension[] {
  const readsAll = features.has('traffic-extensions')
  const plugins = istio.wasmPlugins.map((source): Extension => {
    const { meta, spec } = source
    return {
      meta: readsAll ? { ...meta, name: `${meta.name}${PLUGIN_SUFFIX}` } : meta,
      prefix: readsAll ? NAME_PREFIX : OLD_NAME_PREFIX,
      spec: attachmentOf(spec),
      source,
      phase: PHASES.get(spec.phase) ?? 'none',
      priority: spec.priority ?? LOWEST,
      match: spec.match,
      type: spec.type === 'NETWORK' ? 'network' : 'http',
      lua: undefined,
      wasm: spec,
    }
  })
  const extensions = istio.trafficExtensions.map((source): Extension => {
    const { meta, spec } = source
    return {
      meta,
      prefix: NAME_PREFIX,
      spec: attachmentOf(spec),
      source,
      phase: PHASES.get(spec.phase) ?? 'none',
      priority: spec.priority ?? LOWEST,
      match: spec.match,
      type: !spec.lua && spec.wasm?.type === 'NETWORK' ? 'network' : 'http',
      lua: spec.lua?.inlineCode,
      wasm: spec.lua ? undefined : spec.wasm,
    }
  })
  return [...plugins, ...(readsAll ? extensions : [])].filter(isUsable).sort(byCreationThenName)
}

const READ = new WeakMap<Snapshot, readonly Extension[]>()

function readOnce(snapshot: Snapshot): readonly Extension[] {
  let extensions = READ.get(snapshot)
  if (!extensions) {
    extensions = extensionsOf(snapshot)
    READ.set(snapshot, extensions)
  }
  return extensions
}

function matches({ match }: Extension, mode: Mode, port: number): boolean {
  if (match.length === 0) return true
  return match.some(({ mode: stated, ports }) => {
    if ((stated === 'CLIENT' || stated === 'SERVER') && stated !== mode) return false
    return ports.length === 0 || (port !== 0 && ports.some(({ number }) => number === port))
  })
}

const nameOf = ({ meta, prefix }: Extension): string => `${prefix}${meta.namespace}.${meta.name}`

const filterOf = (extension: Extension): ExtensionFilter => ({ name: nameOf(extension), lua: extension.lua })

function codeOf(extension: Extension): readonly WasmCode[] {
  const { wasm, meta, type, source } = extension
  if (!wasm) return []
  const plugin = `${meta.namespace}.${meta.name}`
  const version = source.location.child('metadata', 'resourceVersion').scalarText() ?? ''
  const resourceVersion = version.replace(/^["']|["']$/g, '')
  return [{ name: nameOf(extension), plugin, wasm, type, resourceVersion, origin: originOf(extension) }]
}

function originOf({ source, phase, type, lua }: Extension): Origin {
  const code = lua === undefined ? 'Wasm' : 'Lua'
  const when = phase === 'none' ? 'after authorization' : `in the phase ${phase.toUpperCase()}`
  const what = type === 'http' ? 'requests' : 'connections'
  return new ResourceOrigin(source, ['spec'], `${code} code sees ${what} ${when}`)
}

function phased(extensions: readonly Extension[], type: Extension['type']): PhasedFilters {
  const ofPhase = (phase: Phase) =>
    extensions.filter((each) => each.type === type && each.phase === phase).map(filterOf)
  return { authn: ofPhase('authn'), authz: ofPhase('authz'), stats: ofPhase('stats'), none: ofPhase('none') }
}

/** Plans the extensions that apply to a proxy. */
class Planner implements ExtensionsPlan {
  /** By priority, highest first. */
  readonly #extensions: readonly Extension[]
  readonly #known = new Map<string, Extensions>()

  constructor(extensions: readonly Extension[]) {
    this.#extensions = [...extensions].sort((a, b) => (a.priority === b.priority ? 0 : b.priority - a.priority))
  }

  get code(): readonly WasmCode[] {
    return this.#extensions.flatMap(codeOf)
  }

  of(mode: Mode, port: number): Extensions {
    const found = this.#extensions.filter((extension) => matches(extension, mode, port))
    const key = found.map((extension) => this.#extensions.indexOf(extension)).join(' ')
    let extensions = this.#known.get(key)
    if (!extensions) {
      extensions = {
        http: phased(found, 'http'),
        network: phased(found, 'network'),
        origins: { http: found.map(originOf), tcp: found.filter(({ type }) => type === 'network').map(originOf) },
      }
      this.#known.set(key, extensions)
    }
    return extensions
  }
}

/** The extensions of a proxy; undefined when none applies. */
export function planExtensions(view: ProxyView): ExtensionsPlan | undefined {
  const { snapshot } = view.registry
  if (snapshot.istio.wasmPlugins.length + snapshot.istio.trafficExtensions.length === 0) return undefined
  const applying = policiesOf(view, readOnce(snapshot), 'own-first', (spec: Attachment) => spec)
  return applying.length > 0 ? new Planner(applying) : undefined
}
