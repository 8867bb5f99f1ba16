import type { VirtualServiceResource } from '../../../../kinds/index.ts'
import { describeResource } from '../../../../kinds/resource.ts'
import { type SharedHost, sharedHosts } from '../../routing/index.ts'
import type { Found, MeshRule } from '../../rule.ts'
import { listed } from '../texts.ts'

const hostAt = (source: VirtualServiceResource, host: string) => {
  const index = source.madeOf === source ? source.spec.hosts.indexOf(host) : 0
  return source.location.child('spec', 'hosts', Math.max(index, 0))
}

const where = (namespaces: readonly string[]): string =>
  `${namespaces.length === 1 ? 'namespace' : 'namespaces'} ${listed(namespaces)}`

function foundOf({ host, kind, holders }: SharedHost): Found | undefined {
  const own = [...holders.keys()].find((source) => source.madeOf === source)
  if (!own) return undefined
  const others = [...holders].filter(([source]) => source !== own)
  const texts = others.map(([source, namespaces]) => `${describeResource(source)} for those of ${where(namespaces)}`)
  return {
    message: `this VirtualService routes ${kind} of ${host} for sidecars of ${where(holders.get(own) ?? [])}, and ${listed(texts)}`,
    resource: own,
    location: hostAt(own, host),
    related: others.map(([source]) => ({
      message: `${describeResource(source)} routes the host`,
      location: hostAt(source, host),
    })),
  }
}

export const routeHostShared: MeshRule = {
  checkMesh({ scope }): Iterable<Found> {
    return sharedHosts(scope).flatMap((shared) => foundOf(shared) ?? [])
  },
}
