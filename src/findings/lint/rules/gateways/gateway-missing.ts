import { nearest } from '../../../../common/nearest.ts'
import { completeGateway } from '../../../../scope/names.ts'
import { MESH_GATEWAY } from '../../../../scope/virtual-services.ts'
import { Elsewhere } from '../../../elsewhere.ts'
import { type UnboundRoute, unboundEverywhere } from '../../../gateways/index.ts'
import type { FixProposal } from '../../proposal.ts'
import type { Found, MeshRule } from '../../rule.ts'
import type { MeshFacts } from '../../subjects.ts'
import { routersOfMesh } from './routers.ts'

/** The Gateways of the input by name, and where a missing one would be. */
class KnownGateways {
  readonly #names: ReadonlySet<string>
  readonly #namespaces: ReadonlySet<string>
  /** Full names by name without namespace. */
  readonly #byName: ReadonlyMap<string, string>
  /** Gateways in the input that istiod rejects. */
  readonly #rejected: ReadonlySet<string>

  constructor({ registry }: MeshFacts) {
    const { istio, verdicts } = registry.snapshot
    const names = istio.gateways.map(({ meta }) => `${meta.namespace}/${meta.name}`)
    this.#names = new Set(names)
    this.#namespaces = new Set(istio.gateways.map(({ meta }) => meta.namespace))
    this.#byName = new Map(istio.gateways.map(({ meta }) => [meta.name, `${meta.namespace}/${meta.name}`]))
    const rejected = verdicts.filter(({ resource, errors }) => resource.kind === 'Gateway' && errors.length > 0)
    this.#rejected = new Set(rejected.map(({ resource: { meta } }) => `${meta.namespace}/${meta.name}`))
  }

  get isEmpty(): boolean {
    return this.#names.size === 0
  }

  /** Whether the input would contain the Gateway if it existed. */
  wouldHold({ gateway, virtualService }: UnboundRoute): boolean {
    const slash = gateway.indexOf('/')
    const [namespace, name] = [gateway.slice(0, slash), gateway.slice(slash + 1)]
    if (this.#rejected.has(gateway)) return false
    return this.#namespaces.has(namespace) || namespace === virtualService.meta.namespace || this.#byName.has(name)
  }

  near({ gateway }: UnboundRoute): string | undefined {
    return this.#byName.get(gateway.slice(gateway.indexOf('/') + 1)) ?? nearest(gateway, this.#names)
  }
}

const pathOf = ({ index }: UnboundRoute) => ['spec', 'gateways', index]

function* proposals(route: UnboundRoute, near: string | undefined): Iterable<FixProposal> {
  if (near === undefined) return
  const edits = [{ path: pathOf(route), value: near }]
  yield {
    title: `bind it to ${near}`,
    changes: [{ kind: 'edit', resource: route.virtualService, edits }],
    safe: false,
  }
}

/** Without any Gateway in the input no router is assumed, and they may all be elsewhere. */
function* missingOf(mesh: MeshFacts): Iterable<UnboundRoute> {
  const { snapshot } = mesh.registry
  const { gateways, virtualServices } = snapshot.istio
  if (gateways.length > 0) {
    yield* unboundEverywhere(routersOfMesh(mesh.scope)).filter(({ reason }) => reason === 'no-gateway')
    return
  }
  const elsewhere = new Elsewhere(snapshot, mesh.known)
  for (const virtualService of virtualServices) {
    const { spec, meta } = virtualService
    if (elsewhere.namespaceStanding(meta.namespace) !== 'unknown') continue
    for (const [index, written] of spec.gateways.entries()) {
      const gateway = completeGateway(written, meta.namespace)
      if (gateway !== MESH_GATEWAY) yield { virtualService, index, gateway, reason: 'no-gateway' }
    }
  }
}

export const gatewayMissing: MeshRule = {
  *checkMesh(mesh): Iterable<Found> {
    const missing = [...missingOf(mesh)]
    if (missing.length === 0) return
    const known = new KnownGateways(mesh)
    for (const route of missing) {
      if (!known.wouldHold(route)) continue
      const near = known.near(route)
      const hint = near === undefined ? '' : ` (did you mean ${near}?)`
      yield {
        ...(known.isEmpty && { severity: 'warning' }),
        message: `the input has no Gateway ${route.gateway}${hint}; no gateway serves the routes`,
        resource: route.virtualService,
        location: route.virtualService.location.child(...pathOf(route)),
        proposals: () => proposals(route, near),
      }
    }
  },
}
