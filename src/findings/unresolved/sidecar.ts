/** Egress hosts of the applicable Sidecar that import nothing. */
import { describeResource } from '../../kinds/resource.ts'
import { HostSet } from '../../scope/hosts.ts'
import type { EgressListenerView, ProxyView } from '../../scope/view.ts'
import type { Finding } from '../finding.ts'

export interface EgressHost {
  /** `*` for any. */
  readonly namespace: string
  readonly host: string
}

/**
 * Parses an egress host, `NAMESPACE/HOST`.
 * @param namespace the clients', for `.`
 * @returns undefined for exclusions and invalid hosts
 */
export function parseEgressHost(text: string, namespace: string): EgressHost | undefined {
  const [written = '', host] = text.split('/')
  if (host === undefined || written.startsWith('~')) return undefined
  return { namespace: written === '.' ? namespace : written, host }
}

const ANY = '*'

/** The imported hosts of an egress listener by namespace, and all of them under `*`. */
function importedHosts({ services, virtualServices }: EgressListenerView): ReadonlyMap<string, HostSet> {
  const out = new Map([[ANY, new HostSet()]])
  const add = (namespace: string, host: string): void => {
    const hosts = out.get(namespace) ?? new HostSet()
    out.set(namespace, hosts)
    hosts.add(host)
    out.get(ANY)?.add(host)
  }
  for (const { namespace, hostname } of services) add(namespace, hostname)
  for (const { namespace, hosts } of virtualServices) for (const host of hosts) add(namespace, host)
  return out
}

export function unmatchedEgressHosts({ sidecar, egressListeners, proxy }: ProxyView): Finding[] {
  if (!sidecar) return []
  const out: Finding[] = []
  for (const listener of egressListeners) {
    const imported = importedHosts(listener)
    for (const [index, text] of (listener.spec?.hosts ?? []).entries()) {
      const pattern = parseEgressHost(text, proxy.namespace)
      // A pattern for everything is fine even in an empty mesh.
      if (!pattern || pattern.host === ANY || imported.get(pattern.namespace)?.anyWithin(pattern.host)) continue
      out.push({
        code: 'sidecar-host-unmatched',
        message: `${describeResource(sidecar)}: the egress host ${text} imports nothing`,
        location: sidecar.location.child('spec', 'egress', listener.index, 'hosts', index),
      })
    }
  }
  return out
}
