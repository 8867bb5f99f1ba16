/** Envoy's resources of one proxy as data: what `dump` and `proxy-config -o json` print. */
import { buildEnvoyResources, type EnvoyResources } from '../envoy/index.ts'
import type { ProxyView } from '../scope/view.ts'

/** The messages that Envoy receives, without their origins. */
export interface EnvoyMessages {
  readonly lds: readonly object[]
  readonly cds: readonly object[]
  readonly eds: readonly object[]
  readonly rds: readonly object[]
}

const messages = (facts: readonly { readonly resource: object }[]): readonly object[] =>
  facts.map((fact) => fact.resource)

export function messagesOf(resources: EnvoyResources): EnvoyMessages {
  return {
    lds: messages(resources.listeners.listeners),
    cds: messages(resources.clusters),
    eds: messages(resources.endpoints),
    rds: messages(resources.routes),
  }
}

export function envoyMessages(view: ProxyView): EnvoyMessages {
  return messagesOf(buildEnvoyResources(view))
}
