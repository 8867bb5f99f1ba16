import { keepingPart } from '../../../../common/changes/parts.ts'
import type { ServiceEntryResource } from '../../../../kinds/index.ts'
import type { Found, MeshRule } from '../../rule.ts'
import { clip } from '../references/wording.ts'
import { listed } from '../texts.ts'

/** Endpoints that name ports and leave out some that another endpoint names: each seems meant for its own ports. */
function* inEntry(entry: ServiceEntryResource): Iterable<Found> {
  const { ports, endpoints } = entry.spec
  const named = new Set(endpoints.flatMap((endpoint) => [...endpoint.ports.keys()]))
  for (const [index, { address, ports: own }] of endpoints.entries()) {
    if (own.size === 0) continue
    const missing = ports.filter(({ name }) => named.has(name) && !own.has(name))
    if (missing.length === 0) continue
    const used = missing.map(({ name, number, targetPort }) => `${name} (at ${targetPort || number})`)
    yield {
      message: `the endpoint ${clip(address)} is used for ${listed(used)}, too, though it names ${listed([...own.keys()])} only: ports that an endpoint does not name have their own number there`,
      resource: entry,
      location: entry.location.child('spec', 'endpoints', index, 'ports'),
    }
  }
}

const candidates = keepingPart(({ spec }: ServiceEntryResource) => spec.ports.length > 1 && spec.endpoints.length > 1)

export const endpointPortsPartial: MeshRule = {
  *checkMesh({ registry }): Iterable<Found> {
    const { istio, memory } = registry.snapshot
    for (const entry of candidates(memory, '', istio.serviceEntries)) yield* inEntry(entry)
  },
}
