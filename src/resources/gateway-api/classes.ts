/** Which controller of istiod a GatewayClass names (pilot/pkg/config/kube/gatewaycommon/classinfo.go). */
import type { GatewayClass } from '../../kinds/index.ts'
import { type Features, flag } from '../mesh/features.ts'
import type { Snapshot } from '../snapshot.ts'

/** What istiod does with the Gateways of a class. */
export type ClassTreatment = 'gateway' | 'unmanaged' | 'waypoint' | 'east-west'

/** The class of Gateways outside the cluster. */
export const REMOTE_CLASS = 'istio-remote'

/** A class of Gateways that istiod handles. */
export interface IstioClass {
  readonly name: string
  readonly controller: string
  readonly treatment: ClassTreatment
}

const GATEWAY_CONTROLLER = 'istio.io/gateway-controller'
const UNMANAGED_CONTROLLER = 'istio.io/unmanaged-gateway'
/** The controller of waypoints, which also writes the status of policies. */
export const MESH_CONTROLLER = 'istio.io/mesh-controller'
const EAST_WEST_CONTROLLER = 'istio.io/eastwest-controller'

const gatewayController = ({ env }: Features): string =>
  env.get('PILOT_GATEWAY_API_CONTROLLER_NAME') || GATEWAY_CONTROLLER

function treatments(features: Features): ReadonlyMap<string, ClassTreatment> {
  const { env } = features
  const out = new Map<string, ClassTreatment>([[gatewayController(features), 'gateway']])
  if (flag(env, 'PILOT_MULTI_NETWORK_DISCOVER_GATEWAY_API', true)) out.set(UNMANAGED_CONTROLLER, 'unmanaged')
  // istiod ignores the other variables of ambient mode without this one.
  if (!flag(env, 'PILOT_ENABLE_AMBIENT', false)) return out
  if (flag(env, 'PILOT_ENABLE_AMBIENT_WAYPOINTS', true)) out.set(MESH_CONTROLLER, 'waypoint')
  if (flag(env, 'AMBIENT_ENABLE_MULTI_NETWORK', false)) out.set(EAST_WEST_CONTROLLER, 'east-west')
  return out
}

function builtIn(features: Features): ReadonlyMap<string, string> {
  const name = features.env.get('PILOT_GATEWAY_API_DEFAULT_GATEWAYCLASS_NAME') || 'istio'
  return new Map([
    [name, gatewayController(features)],
    [REMOTE_CLASS, UNMANAGED_CONTROLLER],
    ['istio-waypoint', MESH_CONTROLLER],
    ['istio-east-west', EAST_WEST_CONTROLLER],
  ])
}

/** The classes of one cluster. */
export class GatewayClasses {
  /** The controller that serves the routers of Gateways, which is in the conditions of routes. */
  readonly gatewayController: string
  readonly #treatments: ReadonlyMap<string, ClassTreatment>
  readonly #classes = new Map<string, IstioClass>()

  /** @param objects the cluster's; the built-in classes need none */
  constructor(objects: readonly GatewayClass[], features: Features) {
    this.gatewayController = gatewayController(features)
    this.#treatments = treatments(features)
    for (const [name, controller] of builtIn(features)) this.#add(name, controller)
    for (const { meta, spec } of objects) this.#add(meta.name, spec.controllerName)
  }

  /** A class of an unknown controller is invisible, so that a built-in one of its name stays. */
  #add(name: string, controller: string): void {
    const treatment = this.#treatments.get(controller)
    if (treatment) this.#classes.set(name, { name, controller, treatment })
  }

  /** The class of a name; undefined for one of another controller. */
  of(name: string): IstioClass | undefined {
    return this.#classes.get(name)
  }

  /** Whether istiod knows the controller of a GatewayClass. */
  knows(controller: string): boolean {
    return this.#treatments.has(controller)
  }
}

/** Whether the Gateways of a class are waypoints of ambient mode, or gateways between its networks. */
export const isOfAmbient = ({ treatment }: Pick<IstioClass, 'treatment'>): boolean =>
  treatment === 'waypoint' || treatment === 'east-west'

/** Whether istiod reads the Gateway API at all. */
export const readsGatewayApi = ({ features }: Pick<Snapshot, 'features'>): boolean =>
  flag(features.env, 'PILOT_ENABLE_GATEWAY_API', true)
