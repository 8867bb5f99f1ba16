/** The hosts that a name may refer to. */
import { CLUSTER_DOMAIN, SERVICE_DOMAIN, serviceHost } from '../common/cluster-domain.ts'
import type { ProxyView } from '../scope/view.ts'

/** The hosts that a name may refer to: itself, completed short forms, and names without a search domain. */
export function possibleHosts(name: string, view: ProxyView): ReadonlySet<string> {
  const bare = name.replace(/\.$/, '').toLowerCase()
  const stripped = view.proxy.search.filter((domain) => bare.endsWith(`.${domain}`))
  const written = [bare, ...stripped.map((domain) => bare.slice(0, -domain.length - 1))]
  const completed = written.flatMap((text) => {
    const labels = text.split('.')
    if (labels.length === 1) return [serviceHost(text, view.proxy.namespace)]
    if (labels.length === 2) return [`${text}.${SERVICE_DOMAIN}`]
    return labels.length === 3 && labels[2] === 'svc' ? [`${text}.${CLUSTER_DOMAIN}`] : []
  })
  return new Set([...written, ...completed])
}

/** `*.b.c`, `*.c` for `a.b.c`, longest first. */
export function wildcardsOver(host: string): string[] {
  const out: string[] = []
  for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) out.push(`*${host.slice(dot)}`)
  return out
}
