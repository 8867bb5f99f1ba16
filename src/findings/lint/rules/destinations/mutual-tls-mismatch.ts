import { type InboundMtls, inboundMtls, mtlsOfPort } from '../../../../envoy/policy/peer-authentication.ts'
import { policyOfPort } from '../../../../envoy/policy/traffic-policy.ts'
import type { DestinationRuleResource } from '../../../../kinds/index.ts'
import { describeResource } from '../../../../kinds/resource.ts'
import type { Endpoint } from '../../../../registry/endpoint.ts'
import type { Service } from '../../../../registry/service.ts'
import type { Found, MeshRule } from '../../rule.ts'
import type { MeshFacts } from '../../subjects.ts'
import { rulesByHost } from '../references/rules-by-host.ts'
import { missedNamespaces, tlsLocation } from './applied.ts'

const INJECT = 'sidecar.istio.io/inject'

/** Only a sidecar asks for mutual TLS. */
const mayHaveSidecar = ({ labels }: Endpoint): boolean => labels.get(INJECT) !== 'false'

type Mismatch = 'plain' | 'mutual'

/** Whether what clients do is refused by what servers ask for. */
function mismatchOf(mode: string | undefined, server: 'DISABLE' | 'PERMISSIVE' | 'STRICT'): Mismatch | undefined {
  if (server === 'STRICT' && (mode === 'DISABLE' || mode === 'SIMPLE' || mode === 'MUTUAL')) return 'plain'
  return server === 'DISABLE' && mode === 'ISTIO_MUTUAL' ? 'mutual' : undefined
}

function messageOf(kind: Mismatch, mode: string, host: string, port: number): string {
  const client =
    kind === 'plain' ? `clients do not use mutual TLS (tls mode ${mode})` : 'clients use mutual TLS (ISTIO_MUTUAL)'
  const server = kind === 'plain' ? 'the workloads accept nothing else (STRICT)' : 'the workloads do not (DISABLE)'
  return `connections to ${host}:${port} fail: ${client}, and ${server}`
}

/** The rules for a service, for clients in their own namespaces and, for wildcards, in that of the service. */
function* rulesFor(service: Service, facts: MeshFacts) {
  const own = new Set([service.namespace, ...rulesByHost(facts.registry.snapshot).namespacesOf(service.hostname)])
  for (const namespace of own) {
    const merged = facts.scope.destinationRules.ruleForMost(namespace, service)
    if (merged) yield merged
  }
}

class Checker {
  readonly #facts: MeshFacts
  readonly #seen = new Set<string>()

  constructor(facts: MeshFacts) {
    this.#facts = facts
  }

  *service(service: Service): Iterable<Found> {
    const { registry } = this.#facts
    if (service.meshExternal || service.resolution === 'Alias') return
    const rules = [...rulesFor(service, this.#facts)]
    if (rules.length === 0) return
    for (const [port, endpoints] of registry.instancesOf(service.namespace, service.hostname)) {
      const endpoint = endpoints.find(mayHaveSidecar)
      if (!endpoint) continue
      const server = inboundMtls(registry, endpoint.namespace, endpoint.labels)
      for (const { source, trafficPolicy } of rules) {
        const mode = policyOfPort(trafficPolicy, port)?.tls?.mode
        const kind = mismatchOf(mode, mtlsOfPort(server, endpoint.port))
        if (kind && mode) yield* this.#found(source, service, { kind, mode, port, server })
      }
    }
  }

  /** A rule has one finding of each sort, for its first service and port. */
  *#found(
    source: DestinationRuleResource,
    service: Service,
    { kind, mode, port, server }: { kind: Mismatch; mode: string; port: number; server: InboundMtls },
  ): Iterable<Found> {
    const key = `${source.meta.namespace}/${source.meta.name} ${kind} ${mode}`
    if (this.#seen.has(key) || missedNamespaces(source, this.#facts)) return
    this.#seen.add(key)
    const policy = server.sources.at(-1)
    yield {
      message: messageOf(kind, mode, service.hostname, port),
      resource: source,
      location: tlsLocation(source, port),
      related: policy
        ? [{ message: `${describeResource(policy)} asks for it`, location: policy.location.child('spec') }]
        : [],
    }
  }
}

/** Without a PeerAuthentication, workloads accept both. */
export const mutualTlsMismatch: MeshRule = {
  *checkMesh(facts): Iterable<Found> {
    const { snapshot, services } = facts.registry
    const { peerAuthentications, destinationRules } = snapshot.istio
    if (peerAuthentications.length === 0 || destinationRules.every(({ spec }) => !spec.trafficPolicy)) return
    const checker = new Checker(facts)
    for (const service of services) yield* checker.service(service)
  },
}
