/** Egress hosts of the Sidecar that applies, which import nothing. */
import type { Service } from '../../registry/service.ts'
import { describeResource } from '../../resources/resource.ts'
import { isSubsetOf } from '../../scope/hosts.ts'
import type { EgressListenerView, ProxyView } from '../../scope/view.ts'
import type { Finding } from '../finding.ts'

interface Pattern {
  /** `*` for any. */
  readonly namespace: string
  readonly host: string
}

/** undefined for exclusions, and for what is no pattern. */
function parsePattern(text: string, namespace: string): Pattern | undefined {
  const [written = '', host] = text.split('/')
  if (host === undefined || written.startsWith('~')) return undefined
  return { namespace: written === '.' ? namespace : written, host }
}

const isImportedBy = ({ namespace, host }: Pattern, service: Pick<Service, 'namespace' | 'hostname'>): boolean =>
  (namespace === '*' || namespace === service.namespace) && isSubsetOf(service.hostname, host)

function importsNothing(pattern: Pattern, { services, virtualServices }: EgressListenerView): boolean {
  if (services.some((service) => isImportedBy(pattern, service))) return false
  return !virtualServices.some(({ namespace, hosts }) =>
    hosts.some((host) => isImportedBy(pattern, { namespace, hostname: host })),
  )
}

export function unmatchedEgressHosts({ sidecar, egressListeners, proxy }: ProxyView): Finding[] {
  if (!sidecar) return []
  const out: Finding[] = []
  for (const listener of egressListeners) {
    for (const [index, text] of (listener.spec?.hosts ?? []).entries()) {
      const pattern = parsePattern(text, proxy.namespace)
      // A pattern for everything is right even in an empty mesh.
      if (!pattern || pattern.host === '*' || !importsNothing(pattern, listener)) continue
      out.push({
        code: 'sidecar-host-unmatched',
        message: `${describeResource(sidecar)}: the egress host ${text} imports nothing`,
        location: sidecar.location.child('spec', 'egress', listener.index, 'hosts', index),
      })
    }
  }
  return out
}
