/** The one note about assumptions that every command prints. */
import type { Resource } from '../../kinds/resource.ts'
import type { SourceProblem } from '../../sources/document.ts'
import type { Assumed } from '../snapshot.ts'

/** `2 Services` */
const counted = (count: number, one: string, several = `${one}s`): string => `${count} ${count === 1 ? one : several}`

/** Counts workloads or Services: their assumed pods and slices all have their location. */
const placesOf = (resources: readonly Resource[]): number => new Set(resources.map(({ location }) => location)).size

/** @returns one note, or none if nothing is assumed */
export function assumptionsNote({ addresses, objects }: Assumed): readonly SourceProblem[] {
  const made = [...objects]
  const pods = made.filter(({ kind }) => kind === 'Pod')
  const slices = made.filter(({ kind }) => kind === 'EndpointSlice')
  const owners = [...new Set(addresses.values())]
  const services = owners.filter(({ kind }) => kind === 'Service').length
  const stated = owners.filter((owner) => owner.kind === 'Pod' && !objects.has(owner)).length
  const routers = made.filter(({ kind }) => kind === 'Service').length
  const certificates = made.filter(({ kind }) => kind === 'Secret' || kind === 'ConfigMap').length
  const parts = [
    ...(routers > 0 ? [`the Services of ${counted(routers, 'Gateway')}`] : []),
    ...(certificates > 0
      ? [`${counted(certificates, 'Secret or ConfigMap', 'Secrets and ConfigMaps')} with certificates`]
      : []),
    ...(services > 0 ? [`cluster IPs of ${counted(services, 'Service')}`] : []),
    ...(pods.length > 0 ? [`${counted(pods.length, 'pod')} of ${counted(placesOf(pods), 'workload')}`] : []),
    ...(stated > 0 ? [`addresses of ${counted(stated, 'Pod')}`] : []),
    ...(slices.length > 0 ? [`endpoints of ${counted(placesOf(slices), 'Service')}`] : []),
  ]
  if (parts.length === 0) return []
  return [{ severity: 'note', message: `assumed about the cluster: ${parts.join(', ')} (see --assume)` }]
}
