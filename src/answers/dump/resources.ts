/** Envoy's resources of one proxy as data, for `dump` and `proxy-config -o json`. */
import { buildEnvoyResources, type EnvoyResources } from '../../envoy/index.ts'
import type { ResourceStream } from '../../envoy/stream.ts'
import type { ProxyView } from '../../scope/view.ts'

/** The messages that Envoy receives, without their origins. */
export interface EnvoyMessages {
  readonly lds: readonly object[]
  readonly cds: readonly object[]
  readonly eds: readonly object[]
  readonly rds: readonly object[]
  /** Extensions that the listeners ask for by name; absent if there are none. */
  readonly ecds?: readonly object[]
}

type Written = { readonly resource: object }

const messages = (all: readonly Written[]): readonly object[] => all.map(({ resource }) => resource)

export function messagesOf(resources: EnvoyResources): EnvoyMessages {
  const ecds = messages(resources.extensions)
  return {
    lds: messages(resources.listeners.listeners),
    cds: messages(resources.clusters),
    eds: messages(resources.endpoints),
    rds: messages(resources.routes),
    ...(ecds.length > 0 && { ecds }),
  }
}

export function envoyMessages(view: ProxyView): EnvoyMessages {
  return messagesOf(buildEnvoyResources(view))
}

function* resourcesOf(all: () => Iterable<Written>): Iterable<object> {
  for (const { resource } of all()) yield resource
}

/** The same messages, computed during writing. Each list can be iterated once. */
export function streamedMessages(stream: ResourceStream): { readonly [K in keyof EnvoyMessages]: Iterable<object> } {
  const ecds = [...resourcesOf(stream.extensions)]
  return {
    lds: resourcesOf(stream.listeners),
    cds: resourcesOf(stream.clusters),
    eds: resourcesOf(stream.endpoints),
    rds: resourcesOf(stream.routes),
    ...(ecds.length > 0 && { ecds }),
  }
}
