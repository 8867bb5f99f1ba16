import { policyOfPort } from '../../../../envoy/policy/traffic-policy.ts'
import { isTls } from '../../../../registry/protocol.ts'
import { completeHost } from '../../../../scope/names.ts'
import { destinationsOf } from '../../../unresolved/virtual-services.ts'
import type { Found, MeshRule } from '../../rule.ts'
import type { MeshFacts } from '../../subjects.ts'
import { hostOf, servicesOf, tlsLocation } from './applied.ts'

/** Hosts and ports that HTTP routes lead to: there the proxy has plain HTTP to encrypt. */
function routedByHttp({ registry }: MeshFacts): ReadonlySet<string> {
  const out = new Set<string>()
  for (const source of registry.snapshot.istio.virtualServices) {
    for (const { destination, path } of destinationsOf(source)) {
      if (path[1] !== 'http') continue
      const host = completeHost(destination.host, source.meta.namespace)
      out.add(destination.port ? `${host}:${destination.port.number}` : host)
    }
  }
  return out
}

export const tlsTwice: MeshRule = {
  *checkMesh(facts): Iterable<Found> {
    let routed: ReadonlySet<string> | undefined
    for (const rule of facts.registry.snapshot.istio.destinationRules) {
      const { trafficPolicy } = rule.spec
      if (!trafficPolicy) continue
      const host = hostOf(rule)
      const [service] = servicesOf(rule, facts)
      for (const { number, protocol } of service?.ports ?? []) {
        const mode = policyOfPort(trafficPolicy, number)?.tls?.mode
        if (!isTls(protocol) || (mode !== 'SIMPLE' && mode !== 'MUTUAL')) continue
        routed ??= routedByHttp(facts)
        if (routed.has(host) || routed.has(`${host}:${number}`)) continue
        yield {
          message: `traffic to ${host}:${number} is encrypted twice: the port is ${protocol}, so clients encrypt it, and the proxy does so again (tls mode ${mode}); the server does not understand it`,
          resource: rule,
          location: tlsLocation(rule, number),
        }
      }
    }
  },
}
