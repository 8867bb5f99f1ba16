import type { AllocatedRegistry } from '../../../../allocation/allocation.ts'
import { providerService } from '../../../../envoy/policy/provider-service.ts'
import type { TelemetryResource } from '../../../../kinds/istio/telemetry.ts'
import type { ProviderRef } from '../../../../kinds/messages/telemetry.ts'
import type { MeshConfigExtensionProvider as Provider } from '../../../../resources/mesh/mesh-config.ts'
import type { PathStep } from '../../../../sources/document.ts'
import type { Found, MeshRule } from '../../rule.ts'
import { clip, Suggestions } from './wording.ts'

type Section = 'accessLogging' | 'tracing' | 'metrics'
type ProviderKind = Exclude<keyof Provider, 'name'>

/** The types of providers that a section can use. */
const KINDS: Readonly<Record<Section, readonly ProviderKind[]>> = {
  accessLogging: ['envoyFileAccessLog', 'envoyHttpAls', 'envoyTcpAls', 'envoyOtelAls'],
  tracing: ['zipkin', 'datadog', 'skywalking', 'opentelemetry'],
  metrics: ['prometheus'],
}

const EFFECTS: Readonly<Record<Section, string>> = {
  accessLogging: 'it does not log',
  tracing: 'requests are not traced',
  metrics: 'it has no metrics',
}

/** An entry of a Telemetry that names providers. */
interface Entry {
  readonly section: Section
  readonly path: readonly PathStep[]
  readonly providers: readonly ProviderRef[]
}

function entriesOf({ spec }: TelemetryResource): readonly Entry[] {
  return (['accessLogging', 'tracing', 'metrics'] as const).flatMap((section) =>
    spec[section].map(({ providers }, index) => ({ section, path: ['spec', section, index], providers })),
  )
}

class Providers {
  readonly #registry: AllocatedRegistry
  readonly #byName: ReadonlyMap<string, Provider>
  readonly #suggestions = new Suggestions()

  constructor(registry: AllocatedRegistry) {
    this.#registry = registry
    const { extensionProviders } = registry.snapshot.mesh
    this.#byName = new Map([...extensionProviders].reverse().map((each) => [each.name.toLowerCase(), each]))
  }

  /** Why a provider has no effect in a section. */
  problem(name: string, section: Section): string | undefined {
    const provider = this.#byName.get(name.toLowerCase())
    if (!provider) {
      const names = [...this.#byName.values()].map((each) => each.name)
      const hint = this.#suggestions.textFor(name, names, names.length)
      return `the mesh configuration has no provider ${clip(name)}${hint}`
    }
    const kind = KINDS[section].find((each) => provider[each] !== undefined)
    if (!kind) return `the provider ${clip(name)} is of a type that cannot be used for ${section}`
    const stated = provider[kind] as { readonly service?: string; readonly port?: number }
    if (stated.service === undefined) return undefined
    const found = providerService(this.#registry, stated.service, stated.port ?? 0)
    return found ? undefined : `the Service ${clip(stated.service)} of the provider ${clip(name)} does not exist`
  }

  *check(telemetry: TelemetryResource): Iterable<Found> {
    for (const { section, path, providers } of entriesOf(telemetry)) {
      for (const [index, { name }] of providers.entries()) {
        const problem = this.problem(name, section)
        if (problem === undefined) continue
        const location = telemetry.location.child(...path, 'providers', index, 'name')
        yield { message: `${problem}, so ${EFFECTS[section]}`, resource: telemetry, location }
      }
    }
  }
}

/** Without a mesh configuration in the input, its providers are not known. */
export const telemetryProviderMissing: MeshRule = {
  *checkMesh({ registry }): Iterable<Found> {
    const { istio, meshAt } = registry.snapshot
    if (istio.telemetries.length === 0 || meshAt === undefined) return
    const providers = new Providers(registry)
    for (const telemetry of istio.telemetries) yield* providers.check(telemetry)
  },
}
