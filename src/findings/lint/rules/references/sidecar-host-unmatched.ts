import type { SidecarResource } from '../../../../kinds/index.ts'
import type { Service } from '../../../../registry/service.ts'
import { restrictingPort } from '../../../../scope/egress.ts'
import { isWildcard } from '../../../../scope/hosts.ts'
import { Elsewhere, type Standing } from '../../../elsewhere.ts'
import { parseEgressHost } from '../../../unresolved/sidecar.ts'
import type { Found, MeshRule } from '../../rule.ts'
import type { MeshFacts } from '../../subjects.ts'
import { WaitingPatterns } from './host-coverage.ts'
import { Suggestions } from './wording.ts'

/** One egress host for one kind of client, shared by equal Sidecars. */
interface Wanted {
  readonly host: string
  /** `*` for any. */
  readonly namespace: string
  /** The clients' namespace; undefined for the whole mesh. */
  readonly client: string | undefined
  /** 0 for any. */
  readonly port: number
  readonly places: Place[]
}

interface Place {
  readonly sidecar: SidecarResource
  readonly listener: number
  readonly index: number
}

/** A Sidecar in the root namespace without a selector applies to every namespace without its own. */
const isForAll = ({ meta, spec }: SidecarResource, rootNamespace: string): boolean =>
  meta.namespace === rootNamespace && !spec.workloadSelector

/** A host for everything in a namespace is fine even if it is empty. */
function wantedHosts({ registry }: MeshFacts): readonly Wanted[] {
  const { istio, mesh } = registry.snapshot
  // The meaning of a text depends on the clients and the port.
  const byMeaning = new Map<string, Map<string, Wanted>>()
  for (const sidecar of istio.sidecars) {
    const client = isForAll(sidecar, mesh.rootNamespace) ? undefined : sidecar.meta.namespace
    for (const [listener, spec] of sidecar.spec.egress.entries()) {
      const port = restrictingPort(spec)
      const meaning = `${port} ${client ?? ''}`
      const byText = byMeaning.get(meaning) ?? new Map<string, Wanted>()
      byMeaning.set(meaning, byText)
      for (const [index, text] of spec.hosts.entries()) {
        const place = { sidecar, listener, index }
        const known = byText.get(text)
        if (known) {
          known.places.push(place)
          continue
        }
        const pattern = parseEgressHost(text, client ?? '')
        if (!pattern || pattern.host === '*' || pattern.namespace === '') continue
        const { host, namespace } = pattern
        byText.set(text, { host, namespace, client, port, places: [place] })
      }
    }
  }
  return [...byMeaning.values()].flatMap((byText) => [...byText.values()])
}

const isIn = (namespace: string, wanted: Wanted): boolean => wanted.namespace === '*' || wanted.namespace === namespace

/** The hosts that import nothing: no visible service, and no VirtualService. */
function unmatched(hosts: readonly Wanted[], { registry, scope }: MeshFacts): readonly Wanted[] {
  const patterns = new WaitingPatterns<Wanted>()
  for (const wanted of hosts) patterns.add(wanted)
  for (const service of registry.services) {
    patterns.settle(service.hostname, (wanted) => {
      if (!isIn(service.namespace, wanted)) return false
      if (wanted.port !== 0 && !service.ports.some(({ number }) => number === wanted.port)) return false
      return wanted.client === undefined || scope.visibility.isVisible(service, wanted.client)
    })
  }
  const wide = new Set<string>()
  for (const { spec, meta } of registry.snapshot.istio.virtualServices) {
    for (const host of spec.hosts) {
      if (isWildcard(host)) wide.add(host.slice(1))
      patterns.settle(host, (wanted) => isIn(meta.namespace, wanted))
    }
  }
  return [...patterns.waiting()].filter(({ host }) => !endsWithOne(host, wide))
}

/** Whether the host imports a VirtualService for a broader wildcard. */
function endsWithOne(host: string, suffixes: ReadonlySet<string>): boolean {
  if (suffixes.size === 0) return false
  for (let start = 0; start <= host.length; start++) if (suffixes.has(host.slice(start))) return true
  return false
}

/** The location of a service of the host that is not imported. */
function elsewhere(services: readonly Service[], { namespace, port }: Wanted): string {
  const inNamespace = services.filter((service) => namespace === '*' || service.namespace === namespace)
  if (inNamespace.length === 0) return `it is in namespace ${services[0]?.namespace}`
  const onPort = port === 0 || inNamespace.some(({ ports }) => ports.some(({ number }) => number === port))
  return onPort ? 'the service is not exported to this namespace' : `the service has no port ${port}`
}

function reasonOf(wanted: Wanted, { registry }: MeshFacts, suggestions: Suggestions): string {
  const { servicesByHost } = registry
  const services = servicesByHost.get(wanted.host)
  if (services) return elsewhere(services, wanted)
  if (isWildcard(wanted.host)) return 'no service of the input has such a host'
  return `no service of the input has such a host${suggestions.textForHost(wanted.host, servicesByHost.keys(), servicesByHost.size)}`
}

/** Whether a host that imports nothing may exist outside of the input. */
function standingOf({ host, namespace }: Wanted, { registry }: MeshFacts, elsewhere: Elsewhere): Standing {
  if (registry.servicesByHost.has(host)) return 'unknown'
  const standing = elsewhere.standingOf(host)
  return standing === 'unknown' && namespace !== '*' ? elsewhere.namespaceStanding(namespace) : standing
}

/** Includes Sidecars with a workload selector: what matters is what the namespace may see. */
export const sidecarHostUnmatched: MeshRule = {
  *checkMesh(facts): Iterable<Found> {
    const hosts = wantedHosts(facts)
    if (hosts.length === 0) return
    const suggestions = new Suggestions()
    const elsewhere = new Elsewhere(facts.registry.snapshot, facts.known)
    for (const wanted of unmatched(hosts, facts)) {
      const standing = standingOf(wanted, facts, elsewhere)
      if (standing === 'known' || (standing === 'elsewhere' && !elsewhere.strict)) continue
      const reason = reasonOf(wanted, facts, suggestions)
      for (const { sidecar, listener, index } of wanted.places) {
        const text = sidecar.spec.egress[listener]?.hosts[index] ?? ''
        yield {
          message: `the egress host ${text} imports nothing: ${reason}`,
          resource: sidecar,
          location: sidecar.location.child('spec', 'egress', listener, 'hosts', index),
          ...(standing === 'elsewhere' && { severity: 'info' as const }),
        }
      }
    }
  },
}
